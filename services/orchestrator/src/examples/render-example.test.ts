import { digestCall } from "@lilux/core/calls";
import { DEFAULT_THRESHOLDS, type Example, LiluxError, type Prediction } from "@lilux/protocol";
import { createManualClock, eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { startStrictServer } from "../model/testing/strict-server/start-strict-server.ts";
import type {
  Asked,
  StrictReply,
  StrictRules,
} from "../model/testing/strict-server/strict-rules.ts";
import { createHarness, endOf, textOf } from "../testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "../testing/samples.ts";
import { playExample } from "./play-example.ts";
import { renderExample } from "./render-example.ts";
import { withStableIds } from "./with-stable-ids.ts";

const BEGUN = "I look for a script";
const LOAD = {
  name: "load",
  arguments: { item_type: "knowledge", item_id: "mail_rules", source: "project" },
} as const;
const MISSING = {
  code: "item_not_found",
  message: "There is no knowledge entry mail_rules.",
  retryable: false,
};
const found = { call: SEARCH, ok: true, result: SEARCH_RESULT };
const SUMMARY =
  "The person's library by category:\n- 0 directives: \n- 0 scripts: \n- 0 knowledges: ";

function example(rest: Partial<Example>): Example {
  return {
    id: "mail",
    schema: 1,
    category: "deference",
    behaviour: "defer",
    library: { id: "demo", sha256: "0", summary: SUMMARY },
    splitKey: "demo/mail",
    thresholds: DEFAULT_THRESHOLDS,
    history: [],
    turn: { kind: "submit", text: "find email scripts" },
    prediction: null,
    arrives: null,
    checks: {},
    source: "authored",
    author: "a",
    licence: "Apache-2.0",
    createdAt: "2026-11-28",
    steps: [],
    response: "One script sends mail: send_email.",
    ...rest,
  };
}

const sure = prediction(candidate(SEARCH, 0.95));
const unsure = prediction(candidate(SEARCH, 0.4));
const doubtful = prediction(candidate(SEARCH, 0.7));

const EXAMPLES: [string, Example][] = [
  [
    "a call that ran at once and its explanation",
    example({ prediction: sure, steps: [{ by: "router", calls: [found] }] }),
  ],
  [
    "calls of the model's own, one of which fails, after words and a conversation",
    example({
      turn: { kind: "ask", text: "is there anything on mail?" },
      history: [{ text: "hello", response: "What is to be done?", calls: [] }],
      prediction: unsure,
      steps: [
        { by: "model", say: "I look.", calls: [found] },
        { by: "model", calls: [{ call: LOAD, ok: false, error: MISSING }] },
      ],
    }),
  ],
  ["an answer without a call", example({ prediction: unsure, response: "You are welcome." })],
  [
    "a doubtful call that is meant",
    example({ prediction: doubtful, verdict: 0, steps: [{ by: "router", calls: [found] }] }),
  ],
  [
    "a doubtful call that is not meant",
    example({ prediction: doubtful, verdict: null, response: "Which mail do you mean?" }),
  ],
];

/** The answer that is due by the conversation alone: servers are tried out between turns, too. */
function replyOf(given: Example): (asked: Asked) => StrictReply {
  const answers = given.steps.filter(({ by }) => by === "model");
  const said = answers.map(({ say = "", calls }) => ({
    text: say,
    calls: calls.map(({ call }) => call),
  }));
  return ({ messages }) => {
    const line = messages.findLastIndex(({ role, content }) => role === "user" && content !== null);
    const past = given.history.find(({ text }) => messages[line]?.content?.startsWith(text));
    if (past !== undefined) return { text: past.response };
    const called = messages.slice(line).filter(({ tool_calls = [] }) => tool_calls.length > 0);
    return said[called.length] ?? { text: given.response };
  };
}

/** What a real server is sent by a whole orchestrator for the same turn. */
async function sentFor(given: Example, rules: Partial<StrictRules> = {}) {
  const server = await startStrictServer({
    reply: replyOf(given),
    weigh: (options) =>
      options.map((_, at) => (at === (given.verdict ?? options.length - 1) ? 0.97 : 0.01)),
    takesStrict: false,
    ...rules,
  });
  const made = given.steps.flatMap(({ calls }) => calls);
  const errorOf = (call: Parameters<typeof digestCall>[0]) =>
    made.find((each) => digestCall(each.call) === digestCall(call))?.error;
  const harness = await createHarness({
    config: {
      languageModel: { url: server.url },
      verifyWithin: { decisionMs: 60_000, verdictMs: 60_000 },
    },
    kiwi: {
      search: async () => SEARCH_RESULT,
      load: async ({ arguments: of }) => {
        throw LiluxError.fromBody(errorOf({ name: "load", arguments: of }) ?? MISSING);
      },
    },
  });
  onTestFinished(() => harness.service.stop());
  for (const [at, { text, response }] of given.history.entries()) {
    const past = turnRequest(
      { kind: "ask", text, turnId: `past-${at}` },
      { sequence: at + 1, prediction: unsure },
    );
    expect(textOf(await harness.run(past))).toBe(response);
  }
  // The last thing that is tried out: from here on it is known what the server can.
  const isMet = (): boolean => server.completions.some(({ body }) => "structured_outputs" in body);
  await eventually(isMet, { withinMs: 20_000 });
  const before = server.turns().length;
  const request = turnRequest(given.turn, {
    sequence: 10,
    ...(given.prediction === null ? {} : { prediction: given.prediction }),
  });
  expect(endOf(await harness.run(request)).outcome).toBe("completed");
  return server
    .turns()
    .slice(before)
    .map(({ body }) => body);
}

const told = (rounds: readonly object[]): string[] =>
  rounds.map((round) => {
    const { messages, tools = [] } = withStableIds(round) as {
      messages: object[];
      tools?: object[];
    };
    return JSON.stringify({ messages, tools });
  });

// Mutants: `lineWithStatus` before the line; `tellCall` without its message; rounds in another order.
test.each(EXAMPLES)(
  "%s is rendered byte for byte as a model server is sent it",
  async (_, given) => {
    const rendered = await renderExample(given);
    expect(told(rendered)).toEqual(told(await sentFor(given)));
  },
);

test("the router's view stands once, at the end of the person's line", async () => {
  for (const [, given] of EXAMPLES) {
    for (const { kind, messages } of await renderExample(given)) {
      const text = JSON.stringify(messages);
      expect(text.split("[router (").length - 1).toBe(kind === "decision" ? 0 : 1);
      if (kind === "decision") continue;
      const line = messages.find((message) => JSON.stringify(message).includes("[router ("));
      expect(line).toMatchObject({
        role: "user",
        content: expect.stringMatching(/^[^[]+\n\n\[router \(.*\]$/),
      });
    }
  }
});

test("a message that the router's late answer cut off goes on from where it stood, and what was cut is nothing to learn", async () => {
  const given = example({
    prediction: sure,
    arrives: { afterCharacters: BEGUN.length },
    steps: [
      { by: "model", say: BEGUN, cut: true, calls: [] },
      { by: "router", calls: [found] },
    ],
    response: " and there is one: send_email.",
  });
  const [second, ...more] = await renderExample(given);
  expect(more).toEqual([]);
  expect(second).toMatchObject({
    round: 2,
    kind: "continuation",
    completion: { content: given.response },
  });
  expect(second?.messages.at(-1)).toEqual({ role: "assistant", content: BEGUN });
  expect(textOf((await playExample(given)).events)).toBe(BEGUN + given.response);
  expect(told(second === undefined ? [] : [second])).toEqual(told(await cutOffAt(given)));
});

/** The last request of a turn whose router answers once the server has said its first words. */
async function cutOffAt(given: Example): Promise<object[]> {
  const clock = createManualClock();
  const routed = Promise.withResolvers<Prediction>();
  const server = await startStrictServer({
    takesStrict: false,
    reply: () => ({ text: `${BEGUN} for a long time` }),
  });
  const { run, service } = await createHarness({
    clock,
    router: () => routed.promise,
    config: { languageModel: { url: server.url } },
    kiwi: { search: async () => SEARCH_RESULT },
  });
  onTestFinished(() => service.stop());
  // Its library is known from here on: no turn waits for it any more.
  await run(turnRequest({ sessionId: "other", kind: "ask" }, { prediction: unsure }));
  server.rules.fault = { kind: "lost", afterCharacters: BEGUN.length, how: "hang" };
  let said = "";
  const running = run(turnRequest(given.turn), {
    onEvent(event) {
      if (event.type !== "text-delta") return;
      said += event.text;
      if (said !== BEGUN) return;
      server.rules.fault = undefined;
      routed.resolve(sure);
    },
  });
  await eventually(() => clock.sleepers(100) > 0, { withinMs: 20_000 });
  clock.advance(100);
  await running;
  return server
    .turns()
    .slice(-1)
    .map(({ body }) => body);
}

test("an example that is written otherwise than its turn goes is refused by name", async () => {
  const unasked = example({ prediction: sure, steps: [{ by: "model", calls: [found] }] });
  await expect(renderExample(unasked)).rejects.toMatchObject({
    code: "invalid_request",
    message: expect.stringContaining("Example mail does not play as it is written"),
  });
});

test("a template without calls is given them as text, and learns to write them so", async () => {
  const forms = { systemRole: false, toolRole: false, lineAfterResult: false };
  const [first] = await renderExample(
    example({ prediction: unsure, steps: [{ by: "model", calls: [found] }] }),
    forms,
  );
  expect(first?.messages).toHaveLength(1);
  expect(first?.completion.content).toMatch(/^\(I called search with \{.*\}\.\)$/);
});
