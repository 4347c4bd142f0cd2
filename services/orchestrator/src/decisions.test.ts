import type { TurnEvent } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import type { VerifyDeadlines } from "./decisions/verify-deadlines.ts";
import { startStrictServer } from "./model/testing/strict-server/start-strict-server.ts";
import type { StrictRules } from "./model/testing/strict-server/strict-rules.ts";
import { createHarness, typesOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";

const PATIENT: VerifyDeadlines = { decisionMs: 60_000, verdictMs: 60_000 };

/** A doubtful line before one server with vLLM's rules. */
async function before(rules: Partial<StrictRules>, within: VerifyDeadlines = PATIENT) {
  const server = await startStrictServer(rules);
  const { service, metrics, ...harness } = await createHarness({
    config: { pools: [{ name: "main", url: server.url }], verifyWithin: within },
    kiwi: { search: async () => SEARCH_RESULT },
  });
  onTestFinished(() => service.stop());
  const run = (): Promise<TurnEvent[]> =>
    harness.run(turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.7)) }));
  /** Asks until the server was examined and answers in the way it has. */
  const runUntil = (counted: string): Promise<TurnEvent[]> =>
    eventually(
      async () => {
        const events = await run();
        expect(await metrics()).toContain(counted);
        return events;
      },
      { withinMs: 30_000 },
    );
  return { server, run, runUntil, metrics };
}

function letterSets(completions: readonly { body: Record<string, unknown> }[]): string[] {
  return completions.flatMap(({ body }) => {
    const { structured_outputs: given, logprobs } = body as {
      structured_outputs?: { choice: string[] };
      logprobs?: boolean;
    };
    return given === undefined || logprobs === true ? [] : [given.choice.join("")];
  });
}

// Mutant: `admittedModel` without `decide`, as it was: each of them was asked for JSON.
test.each([
  ["an address for decisions", { decisionRoutes: ["decisions"] }, "decision"],
  ["the older address", { decisionRoutes: ["systemone"] }, "decision"],
  ["one token with its alternatives", {}, "decision"],
  ["words alone", { logprobs: false }, "structured"],
] as const)(
  "a doubtful line is asked about in the way the server has: %s",
  async (_, rules, kind) => {
    const { runUntil, metrics } = await before(rules);
    const events = await runUntil(`upstream_seconds_count{kind="${kind}",outcome="ok"}`);
    expect(typesOf(events)).toContain("call-end");
    expect(await metrics()).toContain('verified_total{outcome="confirmed"}');
  },
);

// Mutants: `late` counted as `rejected`; the call run all the same; one deadline for both ways.
test.each([
  ["a decision", { decisionRoutes: ["decisions"] }, { decisionMs: 300, verdictMs: 60_000 }],
  ["a verdict", { logprobs: false }, { decisionMs: 60_000, verdictMs: 300 }],
] as const)(
  "%s that does not come in time is no no: the line goes to the model, counted apart",
  async (kind, rules, within) => {
    const { run, runUntil, metrics, server } = await before(rules, within);
    await runUntil(`kind="${kind === "a decision" ? "decision" : "structured"}",outcome="ok"`);
    server.rules.fault = { kind: "undecided" };
    const counted = await metrics();
    expect(typesOf(await run())).toEqual(["turn-start", "text-delta", "turn-end"]);
    const after = await metrics();
    expect(countOf(after, "late")).toBe(countOf(counted, "late") + 1);
    expect(countOf(after, "rejected")).toBe(0);
  },
);

function countOf(metrics: string, outcome: string): number {
  return Number(
    new RegExp(`verified_total\\{outcome="${outcome}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0,
  );
}

test("a server that answers with a letter has each grammar warm before a line waits for it", async () => {
  const { server } = await before({});
  await eventually(() => expect(letterSets(server.completions)).toEqual(["AB", "ABC", "ABCD"]), {
    withinMs: 30_000,
  });
});

test("the form that a server is tried with is the one that doubtful lines are asked in", async () => {
  const { server, runUntil } = await before({ logprobs: false });
  await runUntil('kind="structured",outcome="ok"');
  const forms = server.completions.flatMap(({ body }) => body["response_format"] ?? []);
  expect(forms.length).toBeGreaterThan(1);
  expect(new Set(forms.map((form) => JSON.stringify(form))).size).toBe(1);
});
