import { LiluxError } from "@lilux/protocol";
import { expect, test } from "vitest";
import { createRestApprovals } from "./rest-approvals.ts";

const ID = `a_${"A".repeat(22)}`;
const APPROVAL = {
  approvalId: ID,
  call: {
    name: "execute",
    arguments: { item_type: "script", item_id: "flush", action: "delete" },
  },
  callId: "c1",
  effect: "destructive",
  reason: "It deletes.",
  askedBy: "p_ada",
  askedAt: 1,
  expiresAt: 2,
};
const ME = { tenant: "acme", person: "p_bob", verbs: ["approve"], secondPerson: ["destructive"] };

/** An instance that answers by method and path, and refuses all else. */
function instance(answers: Readonly<Record<string, unknown>>) {
  const asked: unknown[] = [];
  const approvals = createRestApprovals({
    async request({ method = "GET", path, body }) {
      asked.push([method, path, body]);
      const answer = answers[`${method} ${path}`];
      if (answer === undefined) throw new LiluxError("not_found");
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { approvals, asked };
}

// Mutant: whoever may approve is one, whether or not the tenant wants that of anybody.
test.each([
  [ME, true],
  [{ ...ME, verbs: ["run"] }, false],
  [{ ...ME, secondPerson: undefined }, false],
  [new LiluxError("shutting_down"), false],
])("the credential says whether its person may be a second one: %#", async (me, may) => {
  expect(await instance({ "GET /v1/me": me }).approvals.mayApprove(undefined)).toBe(may);
});

test("what waits is what the instance lists, and an answer goes to that one", async () => {
  const { approvals, asked } = instance({
    "GET /v1/approvals": { waiting: [APPROVAL] },
    [`POST /v1/approvals/${ID}`]: { taken: true },
  });
  expect(await approvals.waitingFor(undefined)).toEqual([APPROVAL]);
  expect(await approvals.toAnswer(undefined, ID)).toEqual(APPROVAL);
  await approvals.answer(undefined, { approvalId: ID, approve: true, reason: "go ahead" });
  const body = { approve: true, reason: "go ahead" };
  expect(asked.at(-1)).toEqual(["POST", `/v1/approvals/${ID}`, body]);
});

// Mutant: what is not listed is over, whoever asked for it.
test.each([
  [{ approvalId: ID, callId: "c1", state: "waiting", expiresAt: 2 }, "second_person_required"],
  [{ approvalId: ID, callId: "c1", state: "ran", expiresAt: 2 }, "approval_over"],
  [undefined, "approval_over"],
  [new LiluxError("forbidden"), "forbidden"],
])("why a call cannot be approved is told as over REST: %#", async (state, code) => {
  const { approvals } = instance({
    "GET /v1/approvals": { waiting: [] },
    [`GET /v1/approvals/${ID}`]: state,
  });
  await expect(approvals.toAnswer(undefined, ID)).rejects.toMatchObject({ code });
});
