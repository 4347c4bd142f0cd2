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
const ask = (callId: string, call: Call = purge): TurnEvent => ({
  type: "confirm-request",
  turnId,
  callId,
  call,
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

// Runs name their calls by number, so what a second one asks first has the name of what the first asked.
// Mutants: a command that is passed on under its own id; a new call that keeps an id that is taken.
test("an answer to a question of the first run answers no other question of the second", () => {
  const wipe: Call = { ...purge, arguments: { ...purge.arguments, item_id: "wipe" } };
  const retelling = createTurnRetelling(toldOf([start, ask("t1.1")]));
  const shown = retelling.event(ask("t1.1", wipe));
  expect(shown).toMatchObject({ call: wipe });
  const shownId = shown !== undefined && "callId" in shown ? shown.callId : "";
  expect(shownId).not.toBe("t1.1");
  const answer = { type: "confirm", approve: true } as const;
  expect(retelling.command({ ...answer, callId: "t1.1" })).toBeUndefined();
  expect(retelling.command({ ...answer, callId: shownId })).toEqual({ ...answer, callId: "t1.1" });
  expect(retelling.event(callEnd("t1.1"))).toEqual(callEnd(shownId));
  // Asked again after all, the first question is known, and its answer goes where it belongs.
  expect(retelling.event(ask("t1.2"))).toBeUndefined();
  const late = retelling.command({ ...answer, callId: "t1.1" });
  expect(late).toEqual({ ...answer, callId: "t1.2" });
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
