import { digestCall } from "@lilux/core/calls";
import type { Call, Candidate, Prediction, TurnRecord } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createTurnAccount } from "./turn-account.ts";

const run = (item_id: string): Call => ({
  name: "execute",
  arguments: { item_type: "script", item_id, action: "run" },
});
const candidate = (id: string, confidence: number): Candidate => ({
  call: run(id),
  confidence,
  effect: "read",
});
const RECORD: TurnRecord = {
  tenant: testTenant("acme"),
  sessionId: "s1",
  turnId: "t1",
  kind: "accept",
  text: "count the pumps",
  acceptedAt: 1,
};
const THRESHOLDS = { show: 0.6, act: 0.85 };

function accountOf(
  record: Partial<TurnRecord>,
  { shadow, shown = 2 }: { shadow?: Prediction["shadow"]; shown?: number } = {},
) {
  const candidates = [candidate("tally", 0.7), candidate("measure", 0.65), candidate("sum", 0.1)];
  const prediction: Prediction = {
    predictionId: "p",
    seq: 1,
    context: "cold",
    candidates,
    noCallConfidence: 0.05,
    routeMs: 3,
    model: "base-1",
    ...(shadow === undefined ? {} : { shadow }),
  };
  const entry = { prediction, text: RECORD.text, shown: candidates.slice(0, shown) };
  return createTurnAccount({ ...RECORD, ...record }, entry, THRESHOLDS);
}

test("what labels need is in the journal: bars, how many were shown, which was taken, who predicted", () => {
  const account = accountOf({ chosen: candidate("measure", 0.65) });
  expect(account.interaction(5)).toMatchObject({
    thresholds: THRESHOLDS,
    shown: 2,
    chosen: 1,
    model: "base-1",
  });
  expect(accountOf({ chosen: candidate("another", 0.9) }).interaction(5)).not.toHaveProperty(
    "chosen",
  );
  expect(accountOf({}).interaction(5)).not.toHaveProperty("shadow");
});

test("a yes and a no are in it, and how much was said before the first call", () => {
  const account = accountOf({});
  const turnId = "t1";
  account.add({ type: "text-delta", turnId, text: "I look " });
  for (const callId of ["c1", "c2"]) {
    account.add({ type: "call-start", turnId, callId, call: run("tally") });
    account.add({ type: "text-delta", turnId, text: "and look " });
    account.add({
      type: "confirm-request",
      turnId,
      callId,
      call: run("tally"),
      effect: "destructive",
      reason: "it deletes",
    });
  }
  account.note({ type: "confirm", callId: "c1", approve: true });
  account.note({ type: "confirm", callId: "c2", approve: false });
  account.note({ type: "cancel" });
  expect(account.interaction(5)).toMatchObject({
    confirms: { asked: 2, approved: 1, declined: 1 },
    saidBeforeCalls: 7,
  });
  expect(accountOf({}).interaction(5)).not.toHaveProperty("confirms");
});

// Mutant: the digest of the shadow's call journalled with it: what was typed could be guessed of it.
test("a shadow is journalled as a comparison, and its call is not", () => {
  const shadowOf = (id: string) => ({
    model: "tried",
    leader: { digest: digestCall(run(id)), confidence: 0.8 },
  });
  const told = (shadow: NonNullable<Prediction["shadow"]>) => {
    const account = accountOf({}, { shadow });
    account.add({ type: "call-start", turnId: "t1", callId: "c1", call: run("measure") });
    return account.interaction(5).shadow;
  };
  const tried = { model: "tried", confidence: 0.8 };
  expect(told(shadowOf("measure"))).toEqual({ ...tried, isSame: false, ran: true });
  expect(told(shadowOf("tally"))).toEqual({ ...tried, isSame: true, ran: false });
  const none = { model: "tried", confidence: null, isSame: false, ran: false };
  expect(told({ model: "tried", leader: null })).toEqual(none);
});
