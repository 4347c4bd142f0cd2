import type { Approval, ApprovalOutcome, ApprovalState, ErrorBody } from "@lilux/protocol";
import type { Caller } from "../access/caller.ts";

/** What an approver said. */
export interface ApprovalAnswer {
  approve: boolean;
  reason?: string | undefined;
}

/** A call that is put to approvers. */
export interface AskedApproval
  extends Pick<Approval, "call" | "callId" | "effect" | "reason" | "item" | "turnId"> {
  asker: Caller;
  /** Hands an approver's answer to what waits for it. Throws where nothing waits any more. */
  take(answer: ApprovalAnswer, approver: Caller): void;
}

/** A question of this gateway, for whoever put it. */
export interface OpenApproval {
  readonly approval: Approval;
  state(): ApprovalState;
  /** Once nothing more will become of it than `state` says then. Never rejects. */
  readonly settled: Promise<ApprovalState>;
  /** It needs no answer any more, or what was approved has ended. The first one counts. */
  close(outcome: Exclude<ApprovalOutcome, "approved">, error?: ErrorBody): void;
}

/** What approvers of a tenant are told. */
export type ApprovalNews =
  | { type: "request"; approval: Approval }
  | { type: "settled"; approval: Approval; state: ApprovalState };
