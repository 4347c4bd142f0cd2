import { mayAnswer } from "@lilux/core/access";
import { LiluxError, type Tenant, type TenantSettings } from "@lilux/protocol";
import { assertMay, type Caller } from "../access/caller.ts";
import type { Approvals } from "../approvals/approvals.ts";
import type { RunningTurn } from "../session/running-turn.ts";

export interface Answer {
  callId: string;
  approve: boolean;
}

/** What a tenant that is a record wants of a yes; undefined of any other, where who asked says yes. */
export type ApprovalsOf = (tenant: Tenant) => Promise<TenantSettings["approvals"]>;

export interface Answering {
  caller: Caller | undefined;
  approvalsOf: ApprovalsOf | undefined;
  approvals: Pick<Approvals, "answer"> | undefined;
}

/**
 * Passes an answer on to the turn, if it counts. Rejects with `second_person_required` or `forbidden`; the
 * question then stands. A no does no harm: whoever may see the question may give it.
 */
export async function answerQuestion(
  turn: RunningTurn,
  { callId, approve }: Answer,
  { caller, approvalsOf, approvals }: Answering,
): Promise<void> {
  const command = { type: "confirm", callId, approve } as const;
  const approvalId = turn.approvalOf(callId);
  if (approvals !== undefined && approvalId !== undefined && caller !== undefined) {
    // A yes of another is an approver's, and is put on record as one.
    if (turn.person !== caller.person) return approvals.answer(caller, approvalId, { approve });
  }
  if (!approve || caller?.credential === undefined || approvalsOf === undefined) {
    turn.command(command);
    return;
  }
  const rules = await approvalsOf(caller.tenant);
  const question = turn.questions().find((open) => open.callId === callId);
  if (question === undefined) throw new LiluxError("unknown_call");
  const { effect } = question;
  const verdict = mayAnswer({ effect, askedBy: turn.person }, caller, rules);
  if (verdict === "second-person") throw new LiluxError("second_person_required");
  if (verdict === "forbidden") {
    assertMay(caller, turn.person === caller.person ? "confirm" : "approve");
  }
  turn.command(command);
}
