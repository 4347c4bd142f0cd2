import { eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import type { OrchestratorConfig } from "./config.ts";
import {
  beginsOnly,
  chunk,
  DONE,
  type LlmAnswer,
  refuses,
  startFakeLlmServer,
  streams,
} from "./model/testing/fake-llm-server.ts";
import { createHarness } from "./testing/harness.ts";
import { turnRequest } from "./testing/samples.ts";

/** In the person's line, and in what servers quote of it: in no line that is kept. */
const CANARY = "bergamotte4711";

type Line = Record<string, unknown> & { msg: string };

/** Nobody waits so long but where silence is what is tried. */
const PATIENT_MS = 60_000;

async function refused(
  answer: LlmAnswer,
  config: Partial<OrchestratorConfig> = {},
  firstTokenMs = PATIENT_MS,
) {
  const server = await startFakeLlmServer(answer);
  onTestFinished(() => server.close());
  const lines: string[] = [];
  const pool = { name: "main", url: server.url, deadlines: { firstTokenMs, idleMs: PATIENT_MS } };
  const harness = await createHarness({
    config: { pools: [pool], ...config },
    onLine: (line) => void lines.push(line),
  });
  onTestFinished(() => harness.service.stop());
  const ask = (turnId: string, signal = new AbortController().signal) =>
    harness.run(
      turnRequest({ kind: "ask", turnId, sessionId: turnId, text: `what is ${CANARY}?` }),
      { signal },
    );
  const told = (message: string): Line[] =>
    lines.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === message);
  return { ask, told, lines, metrics: harness.metrics, server };
}

const says = (status: number, message: string): LlmAnswer =>
  refuses(status, { error: { message: `${message}: ${CANARY}` } });

// Mutants: `pii: { said }` as `said`; the counter's reason left out; `noted` only for streams.
test.each([
  ["llm_context_full", "context", says(400, "maximum context length is 100 tokens")],
  ["llm_rejected", "key", says(401, "no such key")],
  ["llm_rejected", "credit", says(402, "insufficient balance")],
  ["llm_rejected", "tools", says(400, "this model does not support tools")],
  ["llm_rejected", "template", says(400, "roles must alternate user/assistant")],
  ["llm_rejected", "model", says(404, "the model does not exist")],
  ["llm_rejected", "other", says(400, "no")],
  ["llm_unavailable", "busy", says(503, "busy")],
  ["llm_unavailable", "silent", beginsOnly("")],
  ["llm_incomplete", "content_filter", streams(chunk({}, "content_filter") + DONE)],
  ["llm_truncated", "other", streams(chunk({ content: "The " }))],
] as const)(
  "%s (%s) is said with its reason in the log and in a counter, without a word of anybody",
  async (code, reason, answer) => {
    const firstTokenMs = reason === "silent" ? 1_000 : PATIENT_MS;
    const { ask, told, lines, metrics } = await refused(answer, {}, firstTokenMs);
    await ask("t1");
    const failed = told("language model failed");
    expect(failed.length).toBeGreaterThan(0);
    for (const line of failed) expect(line).toMatchObject({ code });
    const counted = new RegExp(
      `upstream_failures_total\\{code="${code}",reason="${reason}"\\} (\\d+)`,
    );
    expect(Number(counted.exec(await metrics())?.[1])).toBe(failed.length);
    expect(told("turn ended")).toHaveLength(1);
    expect(lines.join("")).not.toContain(CANARY);
  },
);

test("an answer that has no server is said as such", async () => {
  const { ask, told, metrics, server } = await refused(says(400, "no"));
  await server.close();
  await ask("t1");
  expect(told("language model failed")[0]).toMatchObject({
    code: "llm_unavailable",
    reason: "unreachable",
  });
  expect(await metrics()).toContain('code="llm_unavailable",reason="unreachable"');
});

// Mutant: `refused` in `startVisit` around `enter` alone, as it was: a used-up budget left no trace.
test("a tenant whose budget is used up is refused in one line, by its limit's name, with a counter", async () => {
  const { ask, told, lines, metrics, server } = await refused(
    streams(chunk({ content: "Fine." }, "stop") + DONE),
    {
      modelLimits: { everyone: { tokensPerDay: 10 } },
    },
  );
  // The first one of a day is let in, however much it may use.
  await ask("t1");
  await ask("t2");
  expect(server.requests).toHaveLength(1);
  expect(told("language model request refused")).toMatchObject([
    {
      pool: "main",
      tenant: "local",
      purpose: "converse",
      code: "budget_exhausted",
      reason: "tokens_per_day",
    },
  ]);
  expect(await metrics()).toContain(
    'admission_refused_total{pool="main",purpose="converse",reason="tokens_per_day"} 1',
  );
  expect(lines.join("")).not.toContain(CANARY);
});

test("a request that gets no place, and a turn too many of a tenant, are each one line and one count", async () => {
  const held = await startFakeLlmServer(beginsOnly(""));
  onTestFinished(() => held.close());
  const { ask, told, lines, metrics } = await refused(beginsOnly(""), {
    pools: [{ name: "main", running: 1, url: held.url, deadlines: { firstTokenMs: PATIENT_MS } }],
    tenantTurnsMax: 2,
  });
  const leaving = new AbortController();
  const first = ask("t1", leaving.signal);
  await eventually(() => held.requests.length === 1, { withinMs: 20_000 });
  const second = ask("t2");
  await expect(ask("t3")).rejects.toMatchObject({
    code: "rate_limited",
    details: { retryAfterMs: expect.any(Number) },
  });
  await second;
  leaving.abort();
  await first;
  expect(told("turn refused")).toMatchObject([{ tenant: "local", code: "rate_limited" }]);
  expect(told("language model request refused")).toMatchObject([
    { code: "overloaded", reason: "place" },
  ]);
  const counted = await metrics();
  expect(counted).toContain('turns_refused_total{code="rate_limited"} 1');
  expect(counted).toContain(
    'admission_refused_total{pool="main",purpose="converse",reason="place"} 1',
  );
  expect(lines.join("")).not.toContain(CANARY);
});
