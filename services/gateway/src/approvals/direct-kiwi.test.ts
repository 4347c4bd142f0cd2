import { type ApprovalState, LiluxError } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import type { Caller } from "../access/caller.ts";
import type { Approvals } from "./approvals.ts";
import { createDirectKiwi } from "./direct-kiwi.ts";
import type { AskedApproval } from "./open-approval.ts";

const HOUR_MS = 3_600_000;
const asker: Caller = {
  tenant: testTenant("acme"),
  person: "ada",
  verbs: new Set(["write", "confirm"]),
  credential: { kind: "key", keyId: "AAAAAAAAAAAA" },
  secondPerson: { effects: ["destructive"], isSeenTo: false },
};
const request = {
  tenant: testTenant("acme"),
  callId: "c",
  arguments: { item_type: "script", item_id: "a", action: "delete" },
} as const;

function stage() {
  let ran = 0;
  const execute: KiwiApi["execute"] = async function* ({ confirmation }) {
    if (confirmation === undefined && ran === 0) {
      throw new LiluxError("confirm_required", { details: { effect: "destructive", nonce: "n" } });
    }
    ran += 1;
    yield { type: "result", result: { status: "success" } as never };
  };
  const asked: AskedApproval[] = [];
  const approvals: Pick<Approvals, "open" | "before"> = {
    before: () => undefined,
    open(given) {
      asked.push(given);
      const { promise, resolve } = Promise.withResolvers<ApprovalState>();
      const approvalId = `a_${"x".repeat(22)}`;
      let state: ApprovalState = { approvalId, callId: "c", state: "waiting", expiresAt: 0 };
      const approval = { ...given, approvalId, askedBy: "ada", askedAt: 0, expiresAt: 0 };
      return {
        approval,
        state: () => state,
        settled: promise,
        close(outcome) {
          state = { ...state, state: outcome };
          resolve(state);
        },
      };
    },
  };
  const direct = createDirectKiwi({
    kiwi: { execute } as KiwiApi,
    approvals: approvals as Approvals,
    again: async () => asker,
    runWithinMs: HOUR_MS,
  });
  return { direct, asked, ran: () => ran };
}

// Mutant: nobody is waited for.
test("whoever waits is told that, and the result in the same answer once somebody else said yes", async () => {
  const { direct, asked, ran } = stage();
  const told: string[] = [];
  for await (const event of direct.waiting(HOUR_MS).execute(request, { mandate: asker })) {
    told.push(event.type);
    if (event.type === "progress") asked[0]?.take({ approve: true }, asker);
  }
  expect(told).toEqual(["progress", "result"]);
  expect(ran()).toBe(2);
});

// Mutant: every question is put to approvers, whatever its class and whoever asks.
test("what the tenant leaves to whoever asks is theirs to answer", async () => {
  const { direct, asked } = stage();
  const own = { ...asker, secondPerson: { effects: ["write"] as const, isSeenTo: false } };
  for (const mandate of [own, undefined]) {
    const events = direct.waiting(0).execute(request, { mandate });
    const first = events[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ code: "confirm_required" });
  }
  expect(asked).toEqual([]);
});
