import type { SessionEvent, TurnRecord } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import type { StoredMessage } from "../session/stored-message.ts";
import { planRecovery } from "./plan-recovery.ts";

const turnId = "t1";
const record: TurnRecord = {
  tenant: testTenant("acme"),
  sessionId: "s1",
  turnId,
  kind: "submit",
  text: "find email scripts",
  acceptedAt: 0,
};
const turns = [{ record, sequence: 7 }];
const SOON = 30_000;
const LATE = 70_000;
const TOO_LATE = 10 * 60_000;
const accepted = (offset: number): SessionEvent => ({ type: "turn-accepted", turnId, offset });
const started = (offset: number): SessionEvent => ({
  type: "turn-start",
  turnId,
  path: "slow",
  offset,
});
const ended = (offset: number): SessionEvent => ({
  type: "turn-end",
  turnId,
  outcome: "completed",
  offset,
});
const batch = (index: number, ...events: SessionEvent[]) => ({ writer: "w", index, events });
const decision: StoredMessage = {
  writer: "another",
  index: -1,
  events: [],
  turnId,
  decided: "interrupted",
};
const plan = (stored: StoredMessage[], clientOffset: number, now = SOON) =>
  planRecovery({ stored, turns, clientOffset, now });

test("an ended turn leaves nothing to do, and numbering goes on", () => {
  const stored = [batch(0, accepted(1), started(2)), batch(1, ended(3))];
  expect(plan(stored, 1)).toMatchObject({ lastOffset: 3, nextIndex: 2, unended: [] });
});

// Mutant: `isFresh: true`.
test("a fresh turn of which only the acceptance is known may start; one that began or is older may not", () => {
  const only = [batch(0, accepted(1))];
  expect(plan(only, 1)?.unended).toMatchObject([{ stored: { sequence: 7 }, mayStart: true }]);
  expect(plan(only, 1, LATE)?.unended).toMatchObject([{ mayStart: false }]);
  const begun = [...only, batch(1, started(2))];
  expect(plan(begun, 1)?.unended).toMatchObject([{ mayStart: false }]);
});

test("a turn that was decided on meanwhile never starts again, and is told where it was not", () => {
  expect(plan([batch(0, accepted(1)), decision], 1)?.unended).toMatchObject([
    { mayStart: false, isUntold: false },
  ]);
  expect(plan([decision], 0)).toMatchObject({
    nextIndex: 0,
    knownTurnIds: [turnId],
    unended: [{ mayStart: false, isUntold: true }],
  });
});

test("when the client knows more than is stored, nothing starts again and numbering goes on after it", () => {
  const known = plan([batch(0, accepted(1))], 3);
  expect(known).toMatchObject({ lastOffset: 3, unended: [{ mayStart: false }] });
});

// Mutant: `mayBeKnown = false`.
test("a turn whose acceptance was shown and not stored is ended; one that cannot have been shown is left", () => {
  expect(plan([], 1)?.unended).toMatchObject([{ turnId, events: [], isUntold: false }]);
  expect(plan([], 0)?.unended).toEqual([]);
});

// Mutant: `isWhole` that asks for every offset since the first one stored.
test("a hole that the client has seen the inside of is no loss; one it has not is", () => {
  const stored = [batch(0, accepted(1)), batch(1, started(4), ended(5))];
  expect(plan(stored, 3)).toMatchObject({ lastOffset: 5, unended: [] });
  expect(plan(stored, 4)).toMatchObject({ lastOffset: 5 });
  expect(plan(stored, 2)).toBeUndefined();
});

test("a batch that was stored twice counts once", () => {
  const stored = [batch(0, accepted(1)), batch(0, accepted(1)), batch(1, started(2), ended(3))];
  expect(plan(stored, 0)).toMatchObject({ lastOffset: 3 });
});

test("a turn that TURNS lost is ended all the same", () => {
  const stored = [batch(0, accepted(1))];
  const lost = planRecovery({ stored, turns: [], clientOffset: 1, now: SOON });
  expect(lost?.unended).toMatchObject([{ turnId, stored: undefined, mayStart: false }]);
});

test.each<[string, StoredMessage[], number]>([
  ["older events are gone", [batch(3, started(5), ended(6))], 2],
  ["an event is missing", [batch(0, accepted(1)), batch(2, ended(3))], 0],
  ["old turns are known and no event is", [], 0],
])("there is no partial recovery: %s", (_name, stored, clientOffset) => {
  expect(plan(stored, clientOffset, TOO_LATE)).toBeUndefined();
});

test("a session that never had a turn is whole", () => {
  const empty = planRecovery({ stored: [], turns: [], clientOffset: 0, now: SOON });
  expect(empty).toMatchObject({ lastOffset: 0, nextIndex: 0 });
});
