import { type Call, LiluxError } from "@lilux/protocol";
import { afterEach, expect, test } from "vitest";
import type { DecideRequest } from "./model/language-model.ts";
import { createHarness, type Harness, type HarnessOptions, typesOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";
import { type ModelScript, says, scriptedModel } from "./testing/scripted-model.ts";

const running: Harness[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ service }) => service.stop()));
});

const OTHER: Call = { name: "search", arguments: { item_type: "knowledge", query: "email" } };
const THIRD: Call = { name: "search", arguments: { item_type: "directive", query: "email" } };

async function verify(
  decide: ModelScript["decide"],
  options: Partial<HarnessOptions> = {},
  candidates = [candidate(SEARCH, 0.7), candidate(OTHER, 0.15), candidate(THIRD, 0.05)],
) {
  const model = scriptedModel({ rounds: [says("Here.")], ...(decide && { decide }) });
  const kiwi = { search: async () => SEARCH_RESULT };
  const harness = await createHarness({ model, kiwi, ...options });
  running.push(harness);
  const events = await harness.run(turnRequest({}, { prediction: prediction(...candidates) }));
  const made = events.flatMap((event) => (event.type === "call-start" ? [event.call] : []));
  const metrics = await harness.metrics();
  const outcome = /verified_total\{outcome="(\w+)"\} 1/.exec(metrics)?.[1];
  return { events, made, outcome };
}

const answers =
  (...probabilities: number[]) =>
  async () =>
    ({ probabilities, form: "decisions", model: "d3" }) as const;

test("the question is over the router's first three calls and none of them", async () => {
  const seen: DecideRequest[] = [];
  await verify(async (request) => {
    seen.push(request);
    return { probabilities: [1, 0, 0, 0], form: "decisions", model: "d3" };
  });
  const [request] = seen;
  expect(request?.line).toBe("find email scripts");
  expect(request?.options.map(({ value }) => value)).toEqual([
    "call_1",
    "call_2",
    "call_3",
    "none",
  ]);
  expect(request?.options[1]?.description).toContain('"knowledge"');
});

test("a yes runs the leader, and a wrong leader gives way to the call that is meant", async () => {
  expect(await verify(answers(0.9, 0.05, 0.03, 0.02))).toMatchObject({
    made: [SEARCH],
    outcome: "confirmed",
  });
  expect(await verify(answers(0.002, 0.996, 0.001, 0.001))).toMatchObject({
    made: [OTHER],
    outcome: "repaired",
  });
});

test.each([
  ["none of them is meant", answers(0.02, 0.01, 0.01, 0.96), "rejected"],
  ["both together are not sure enough", answers(0.4, 0.4, 0.1, 0.1), "unsure"],
] as const)("the model decides by itself when %s", async (_, decide, outcome) => {
  const turn = await verify(decide);
  expect(turn).toMatchObject({ made: [], outcome });
  expect(typesOf(turn.events)).toEqual(["turn-start", "text-delta", "turn-end"]);
});

// Mutant: a failure counted as `rejected`.
test.each([
  ["deadline_exceeded", "late"],
  ["llm_unavailable", "unanswered"],
  ["llm_rejected", "unanswered"],
] as const)("%s is no no: it is counted as %s", async (code, outcome) => {
  const fails = async () => {
    throw new LiluxError(code);
  };
  expect(await verify(fails)).toMatchObject({ made: [], outcome });
});

// Mutants: `candidatesOf` without the call that was picked; a model's other call in its place.
test("a call that a person picked is never changed for another", async () => {
  const chosen = { ...candidate(SEARCH, 0.5), unread: ["7"] };
  const listed = prediction(candidate(OTHER, 0.9), candidate(SEARCH, 0.05));
  const asked: number[] = [];
  const model = scriptedModel({
    rounds: [says("Here."), says("Here.")],
    decide: async ({ options }) => {
      asked.push(options.length);
      return { probabilities: [0.8, 0.2], form: "decisions", model: "d3" };
    },
  });
  const harness = await createHarness({ model, kiwi: { search: async () => SEARCH_RESULT } });
  running.push(harness);
  for (const seen of [{}, { prediction: listed }]) {
    const turnId = `turn-${asked.length}`;
    const events = await harness.run(turnRequest({ kind: "accept", chosen, turnId }, seen));
    const made = events.flatMap((event) => (event.type === "call-start" ? [event.call] : []));
    expect(made).toEqual([SEARCH]);
    expect(typesOf(events)).toContain("call-end");
  }
  // The call, or none of them: no other is put to the model.
  expect(asked).toEqual([2, 2]);
});
