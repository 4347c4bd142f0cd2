import type { SessionEvent, TurnRecord } from "@lilux/protocol";
import { expect, test } from "vitest";
import { planRecovery } from "./plan-recovery.ts";

const turnId = "t1";
const record: TurnRecord = {
  tenant: "acme",
  sessionId: "s1",
  turnId,
  kind: "submit",
  text: "find email scripts",
  acceptedAt: 0,
};
const turns = [{ record, sequence: 7 }];
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
const batch = (index: number, ...events: SessionEvent[]) => ({ index, events });

test("an ended turn leaves nothing to do, and numbering goes on", () => {
  const batches = [batch(0, accepted(1), started(2)), batch(1, ended(3))];
  const plan = planRecovery({ batches, turns, clientOffset: 1 });
  expect(plan).toMatchObject({ lastOffset: 3, nextIndex: 2, unended: [] });
});

test("a turn of which only the acceptance is known may start; one that began may not", () => {
  const only = planRecovery({ batches: [batch(0, accepted(1))], turns, clientOffset: 1 });
  expect(only?.unended).toMatchObject([{ sequence: 7, mayStart: true }]);
  const begun = planRecovery({
    batches: [batch(0, accepted(1)), batch(1, started(2))],
    turns,
    clientOffset: 1,
  });
  expect(begun?.unended).toMatchObject([{ mayStart: false }]);
});

test("when the client knows more than is stored, nothing starts again", () => {
  const plan = planRecovery({ batches: [batch(0, accepted(1))], turns, clientOffset: 3 });
  expect(plan).toMatchObject({ lastOffset: 3, unended: [{ mayStart: false }] });
});

test("a batch that was stored twice counts once", () => {
  const batches = [batch(0, accepted(1)), batch(0, accepted(1)), batch(1, started(2), ended(3))];
  expect(planRecovery({ batches, turns, clientOffset: 0 })).toMatchObject({ lastOffset: 3 });
});

test.each([
  ["older events are gone", [batch(3, started(5), ended(6))], 2],
  ["an event is missing", [batch(0, accepted(1)), batch(2, ended(3))], 0],
  ["turns are known and no event is", [], 0],
])("there is no partial recovery: %s", (_name, batches, clientOffset) => {
  expect(planRecovery({ batches, turns, clientOffset })).toBeUndefined();
});

test("a session that never had a turn is whole", () => {
  expect(planRecovery({ batches: [], turns: [], clientOffset: 0 })).toMatchObject({
    lastOffset: 0,
    nextIndex: 0,
  });
});
