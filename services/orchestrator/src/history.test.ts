import { createInMemoryContextStore, keys } from "@lilux/context-store";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createHarness, textOf } from "./testing/harness.ts";
import { turnRequest } from "./testing/samples.ts";
import { type ScriptedModel, says, scriptedModel } from "./testing/scripted-model.ts";

function linesOf(model: ScriptedModel): string[] {
  const messages = model.requests.at(-1)?.messages ?? [];
  return messages.slice(1, -1).map((message) => message.content);
}

// Fails when `add` keeps the turn in this process only.
test("another orchestrator goes on with the conversation where a lost one stopped", async () => {
  const store = createInMemoryContextStore();
  const first = await createHarness({
    store,
    model: scriptedModel({ rounds: [says("I am one.")] }),
  });
  await first.run(turnRequest({ kind: "ask", text: "who are you?" }));
  const model = scriptedModel({ rounds: [says("As I said.")] });
  const second = await createHarness({ store, model });
  await second.run(turnRequest({ kind: "ask", turnId: "turn-2", text: "again?" }, { sequence: 2 }));
  expect(linesOf(model)).toEqual(["who are you?", "I am one."]);
});

test("a store that does not answer costs nothing but the other orchestrators' turns", async () => {
  const store = createInMemoryContextStore();
  await store.close();
  const model = scriptedModel({ rounds: [says("One."), says("Two.")] });
  const harness = await createHarness({ store, model });
  await harness.run(turnRequest({ kind: "ask", text: "first" }));
  const second = turnRequest({ kind: "ask", turnId: "turn-2", text: "second" }, { sequence: 2 });
  expect(textOf(await harness.run(second))).toBe("Two.");
  expect(linesOf(model)).toEqual(["first", "One."]);
});

test("the last ten turns are kept, however long they are", async () => {
  const store = createInMemoryContextStore();
  const long = "ü".repeat(8_000);
  const model = scriptedModel({ rounds: Array.from({ length: 13 }, () => says(long)) });
  const harness = await createHarness({ store, model });
  for (let sequence = 1; sequence <= 13; sequence += 1) {
    const turn = {
      kind: "ask",
      turnId: `turn-${sequence}`,
      text: `${sequence} ${long}`.slice(0, 8_000),
    } as const;
    await harness.run(turnRequest(turn, { sequence }));
  }
  const found = await store.get(keys.history(testTenant("local"), "session-1"));
  expect(found).toMatchObject({ state: "found", version: 13 });
  const { turns } = (found as { value: { turns: { text: string }[] } }).value;
  expect(turns.length).toBeGreaterThan(2);
  expect(turns.length).toBeLessThanOrEqual(10);
  expect(turns.at(-1)?.text.slice(0, 2)).toBe("13");
});

test("a stateless caller's history is used and nothing is stored for it", async () => {
  const model = scriptedModel({ rounds: [says("Yes.")] });
  const harness = await createHarness({ model });
  await harness.run(turnRequest({ kind: "ask" }, { history: ["earlier"] }));
  expect(linesOf(model)[0]).toBe("earlier");
  expect(await harness.store.get(keys.history(testTenant("local"), "session-1"))).toEqual({
    state: "missing",
  });
});
