import type { Call, TurnEvent } from "@lilux/protocol";
import { expect, test } from "vitest";
import { createTurnRetelling } from "./turn-retelling.ts";
import { afterTelling, mayRunAgain, NOTHING_TOLD } from "./turn-told.ts";

const turnId = "t1";
const search: Call = { name: "search", arguments: { item_type: "script", query: "email" } };
const purge: Call = {
  name: "execute",
  arguments: { item_type: "script", item_id: "purge", action: "run" },
};
const start: TurnEvent = { type: "turn-start", turnId, path: "slow" };
const callStart = (callId: string, call: Call = search): TurnEvent => ({
  type: "call-start",
  turnId,
  callId,
  call,
});
const callEnd = (callId: string): TurnEvent => ({
  type: "call-end",
  turnId,
  callId,
  ok: true,
  durationMs: 1,
});
const ask = (callId: string): TurnEvent => ({
  type: "confirm-request",
  turnId,
  callId,
  call: purge,
  effect: "destructive",
  reason: "deletes",
});
const toldOf = (events: TurnEvent[]) => events.reduce(afterTelling, NOTHING_TOLD);

test("a second run tells only what the first had not", () => {
  const retelling = createTurnRetelling(
    toldOf([start, callStart("a"), callEnd("a"), callStart("b")]),
  );
  const second = [start, callStart("c"), callEnd("c"), callStart("d"), callEnd("d")];
  expect(second.flatMap((event) => retelling.event(event) ?? [])).toEqual([callEnd("b")]);
});

test("a prompt that waits is not shown twice, and its answer reaches the second run", () => {
  const retelling = createTurnRetelling(toldOf([start, ask("a")]));
  expect(retelling.event(ask("b"))).toBeUndefined();
  const answer = { type: "confirm", callId: "a", approve: true } as const;
  expect(retelling.command(answer)).toEqual({ ...answer, callId: "b" });
  expect(retelling.event(callStart("b", purge))).toEqual(callStart("a", purge));
});

test.each<[string, boolean, TurnEvent[]]>([
  ["only reading", true, [start, callStart("a"), callEnd("a")]],
  ["a prompt without an answer", true, [start, ask("a")]],
  ["text", false, [start, { type: "text-delta", turnId, text: "I" }]],
  ["a call that acts", false, [start, callStart("a", purge)]],
  ["its end", false, [start, { type: "turn-end", turnId, outcome: "completed" }]],
])("after %s a turn may run again: %s", (_name, may, events) => {
  expect(mayRunAgain(toldOf(events))).toBe(may);
});
