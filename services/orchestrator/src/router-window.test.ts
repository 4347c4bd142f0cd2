import type { Prediction, PredictRequest } from "@lilux/protocol";
import { createManualClock, eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createHarness, endOf, textOf, typesOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";
import { proposes, says, saysThenHangs, scriptedModel } from "./testing/scripted-model.ts";

const search = async () => SEARCH_RESULT;
const SURE = prediction(candidate(SEARCH, 0.95));
const SENT = "I will look through your scripts for email. So far ";

test("an answer within the window decides the path", async () => {
  const model = scriptedModel({ rounds: [says("Found one.")] });
  const harness = await createHarness({ model, kiwi: { search }, router: async () => SURE });
  const events = await harness.run(turnRequest());
  expect(events[0]).toMatchObject({ path: "fast" });
  expect(await harness.metrics()).toContain('router_window_total{outcome="in_time"} 1');
});

// Mutant: the whole line, or whole lines before it.
test("of a line of 8,000 characters and of those before it the router is sent no more than of one of 2,000", async () => {
  const sent: number[] = [];
  const model = scriptedModel({ rounds: [says("Found."), says("Found.")] });
  const router = async (request: PredictRequest): Promise<Prediction> => {
    sent.push([request.text, ...(request.history ?? [])].join("").length);
    return SURE;
  };
  const harness = await createHarness({ model, kiwi: { search }, router });
  for (const characters of [2_000, 8_000]) {
    const line = "look for my scripts about email ".repeat(300).slice(0, characters);
    const request = turnRequest();
    const turn = { ...request.turn, turnId: `t${characters}`, text: line };
    await harness.run({ ...request, turn, history: Array(5).fill(line) });
  }
  expect(sent[1]).toBe(sent[0]);
  expect(sent[1]).toBeLessThan(6 * 1_300);
});

// Fails when the window in `openRouterWindow` is raced against nothing but the answer.
test("after exactly 100 ms the turn starts without the router", async () => {
  const clock = createManualClock();
  const model = scriptedModel({ rounds: [says("Hello.")] });
  const silent = Promise.withResolvers<Prediction>();
  const harness = await createHarness({ model, clock, router: () => silent.promise });
  const ended = harness.run(turnRequest());
  await eventually(() => clock.sleepers(100) > 0, { withinMs: 20_000 });
  clock.advance(99);
  await new Promise((resolve) => setImmediate(resolve));
  expect(model.requests).toHaveLength(0);
  clock.advance(1);
  const events = await ended;
  expect(events[0]).toMatchObject({ path: "slow" });
  expect(textOf(events)).toBe("Hello.");
  expect(await harness.metrics()).toContain('router_window_total{outcome="none"} 1');
});

test("a router that is down costs nothing", async () => {
  const model = scriptedModel({ rounds: [says("Hello.")] });
  const harness = await createHarness({ model, clock: createManualClock() });
  expect(textOf(await harness.run(turnRequest()))).toBe("Hello.");
});

/** A turn that has started without the router, which answers once the model has said `SENT`. */
async function late(options: {
  answer?: Prediction;
  kind?: "submit" | "ask";
  continuesMessage: boolean;
  continuation: string[];
}) {
  const clock = createManualClock();
  const routed = Promise.withResolvers<Prediction>();
  const closed = Promise.withResolvers<void>();
  const { kind = "submit", answer = SURE, continuesMessage, continuation } = options;
  const model = scriptedModel({
    capabilities: { continuesMessage },
    rounds: [
      saysThenHangs(SENT, () => routed.resolve(answer), closed.resolve),
      says(...continuation),
    ],
  });
  const harness = await createHarness({
    model,
    clock,
    kiwi: { search },
    router: () => routed.promise,
  });
  const running = harness.run(turnRequest({ kind }));
  await eventually(() => clock.sleepers(100) > 0, { withinMs: 20_000 });
  clock.advance(100);
  return { harness, model, running, closed: closed.promise, clock };
}

// Fails when `generate` starts the next round with a fresh message instead of `openText`.
test("a late sure answer stops the model, runs its call, and the same message goes on", async () => {
  const turn = await late({ continuesMessage: true, continuation: ["there is ", "one."] });
  const events = await turn.running;
  await turn.closed;
  expect(textOf(events)).toBe(`${SENT}there is one.`);
  expect(typesOf(events)).toEqual([
    "turn-start",
    "text-delta",
    "call-start",
    "call-end",
    "text-delta",
    "turn-end",
  ]);
  const [, second] = turn.model.requests;
  expect(second?.continuesMessage).toBe(true);
  expect(second?.messages.slice(-3).map((message) => message.role)).toEqual([
    "assistant",
    "tool",
    "assistant",
  ]);
  expect(second?.messages.at(-1)?.content).toBe(SENT.trimEnd());
  expect(await turn.harness.metrics()).toContain('router_window_total{outcome="late_used"} 1');
});

// Fails when `roundStart` joins without the repetition trimmer.
test.each([
  ["goes on", ["there is one."]],
  ["says all of it again", [SENT, "there is one."]],
  ["says its last words again", ["for email. So", " far there is one."]],
])(
  "a server that cannot continue is asked again; when it %s no text is repeated or lost",
  async (_, continuation) => {
    const turn = await late({ continuesMessage: false, continuation });
    const events = await turn.running;
    expect(textOf(events)).toBe(`${SENT}there is one.`);
    const [, second] = turn.model.requests;
    expect(second?.continuesMessage).toBe(false);
    expect(second?.messages.at(-1)).toMatchObject({ role: "user" });
  },
);

test.each([
  ["below act", { answer: prediction(candidate(SEARCH, 0.8)) }],
  ["for a line that was sent to the model with Ctrl+E", { kind: "ask" as const }],
])("a late answer %s does not stop the model", async (_, how) => {
  const turn = await late({ ...how, continuesMessage: true, continuation: [] });
  let stopped = false;
  void turn.closed.then(() => {
    stopped = true;
  });
  // The answer is on its way; give it every chance to do harm, then end the turn.
  for (let hops = 0; hops < 20; hops += 1) await new Promise((r) => setImmediate(r));
  expect(stopped).toBe(false);
  turn.clock.advance(120_000);
  expect(endOf(await turn.running)).toMatchObject({
    outcome: "failed",
    error: { code: "deadline_exceeded" },
  });
  expect(await turn.harness.metrics()).toContain('router_window_total{outcome="late_ignored"} 1');
});

test("a late answer for a call that the model has made itself is ignored", async () => {
  const clock = createManualClock();
  const routed = Promise.withResolvers<Prediction>();
  let searches = 0;
  const model = scriptedModel({
    rounds: [
      proposes([SEARCH], "Let me look."),
      async function* () {
        routed.resolve(SURE);
        for (let hops = 0; hops < 20; hops += 1) await new Promise((r) => setImmediate(r));
        yield { type: "text", text: "One." } as const;
      },
    ],
  });
  const harness = await createHarness({
    model,
    clock,
    router: () => routed.promise,
    kiwi: {
      search: async () => {
        searches += 1;
        return SEARCH_RESULT;
      },
    },
  });
  const running = harness.run(turnRequest());
  await eventually(() => clock.sleepers(100) > 0, { withinMs: 20_000 });
  clock.advance(100);
  const events = await running;
  expect(searches).toBe(1);
  expect(textOf(events)).toBe("Let me look.\n\nOne.");
});
