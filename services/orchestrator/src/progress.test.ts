import type { ExecuteEvent } from "@lilux/protocol";
import { createManualClock, eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createHarness } from "./testing/harness.ts";
import { candidate, loaded, prediction, RUN, turnRequest } from "./testing/samples.ts";
import { says, scriptedModel } from "./testing/scripted-model.ts";

const RESULT: ExecuteEvent = {
  type: "result",
  result: {
    status: "success",
    item_type: "script",
    item_id: "purge",
    action: "run",
    data: {},
    metadata: { durationMs: 1 },
  },
};

// Mutant: `tell` emitting every line, or `stop` not waiting for what is being told.
test("of a long call's lines the newest is shown now and then, and none after its end", async () => {
  const clock = createManualClock();
  const more = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  async function* execute(): AsyncGenerator<ExecuteEvent> {
    yield { type: "progress", text: "0 %" };
    for (let at = 1; at <= 500; at += 1) yield { type: "progress", text: `line ${at}` };
    await more.promise;
    yield { type: "progress", text: "x".repeat(10_000) };
    yield { type: "progress", text: "never seen" };
    await done.promise;
    yield RESULT;
  }
  const model = scriptedModel({ rounds: [says("Done.")] });
  const harness = await createHarness({
    model,
    clock,
    kiwi: { load: async () => loaded("write"), execute },
  });
  const request = turnRequest({}, { prediction: prediction(candidate(RUN, 0.95)) });
  const shown: { text: string; lines: number }[] = [];
  const ended = harness.run(request, {
    onEvent: (event) => void (event.type === "call-progress" && shown.push(event)),
  });
  await eventually(() => shown.length === 1 && clock.sleepers(500) > 0, { withinMs: 20_000 });
  clock.advance(500);
  await eventually(() => shown.length === 2 && clock.sleepers(500) > 0, { withinMs: 20_000 });
  more.resolve();
  done.resolve();
  const types = (await ended).map((event) => event.type);
  expect(shown.map(({ text, lines }) => [text, lines])).toEqual([
    ["0 %", 1],
    ["line 500", 501],
  ]);
  expect(types.lastIndexOf("call-progress")).toBeLessThan(types.indexOf("call-end"));
});
