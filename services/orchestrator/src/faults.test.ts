import { expect, test } from "vitest";
import { createHarness, endOf, type HarnessOptions } from "./testing/harness.ts";
import {
  candidate,
  prediction,
  RUN,
  SEARCH,
  SEARCH_RESULT,
  turnRequest,
} from "./testing/samples.ts";
import { proposes, says, scriptedModel } from "./testing/scripted-model.ts";

const fails = (): never => {
  throw new RangeError("a number out of range");
};

async function start(options: HarnessOptions) {
  const lines: string[] = [];
  const harness = await createHarness({ ...options, onError: (line) => void lines.push(line) });
  return { ...harness, lines };
}

function expectLogged(lines: readonly string[]): void {
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("a number out of range");
  expect(lines[0]).toContain("turn-1");
}

test.each([
  ["search", SEARCH, { search: async () => fails() }],
  ["the lookup before an execute", RUN, { load: async () => fails() }],
])(
  "a fault of ours in %s is told to person and model as internal, and logged with its cause",
  async (_, call, kiwi) => {
    const model = scriptedModel({ rounds: [proposes([call]), says("It did not work.")] });
    const { run, lines } = await start({ model, kiwi });
    const events = await run(turnRequest());
    const end = events.find((event) => event.type === "call-end");
    expect(end).toMatchObject({ ok: false, error: { code: "internal" } });
    expect(endOf(events).outcome).toBe("completed");
    expectLogged(lines);
  },
);

test("a fault of ours in the model's adapter ends the turn, and is logged with its cause", async () => {
  const { run, lines } = await start({ model: scriptedModel({ rounds: [fails] }) });
  expect(endOf(await run(turnRequest()))).toMatchObject({
    outcome: "failed",
    error: { code: "internal" },
  });
  expectLogged(lines);
});

test.each([
  ["while a call is verified", 0.7, [says("Hm.")], fails],
  ["while a result is explained", 0.95, [fails], undefined],
])(
  "a fault of ours %s does not end the turn, and is logged all the same",
  async (_, sure, rounds, structured) => {
    const model = scriptedModel({
      rounds,
      ...(structured === undefined ? {} : { structured: async () => structured() }),
    });
    const { run, lines } = await start({ model, kiwi: { search: async () => SEARCH_RESULT } });
    const request = turnRequest({}, { prediction: prediction(candidate(SEARCH, sure)) });
    expect(endOf(await run(request)).outcome).toBe("completed");
    expectLogged(lines);
  },
);

test("a router that fails is one that does not answer; the fault is in its own log, not in ours too", async () => {
  const model = scriptedModel({ rounds: [says("Hello.")] });
  const router = async () => fails();
  const { run, lines } = await start({ model, router });
  expect(endOf(await run(turnRequest())).outcome).toBe("completed");
  // The responder logged its own fault; here it is an answer that says so.
  expect(lines).toEqual([]);
});
