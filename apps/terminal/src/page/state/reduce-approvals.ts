import { describeCall } from "@lilux/core/calls";
import type { ApprovalRequest, ApprovalSettled } from "@lilux/protocol";
import { announce } from "./announce.ts";
import type { ConfirmEntry, TerminalState } from "./terminal-state.ts";

/** A call of somebody else waits for the person of this page. */
export function takeApproval(
  state: TerminalState,
  { type: _, ...approval }: ApprovalRequest,
): TerminalState {
  const others = state.approvals.filter(({ approvalId }) => approvalId !== approval.approvalId);
  const next = { ...state, approvals: [...others, approval] };
  if (others.length < state.approvals.length) return next;
  return announce(next, `${describeCall(approval.call)} waits for your yes.`);
}

const SAID: Readonly<Partial<Record<ApprovalSettled["outcome"], string>>> = {
  approved: "Approved by somebody else",
  declined: "Declined by somebody else",
  expired: "Nobody answered in time",
};

/** It waits no more: neither here, nor with who asked for it. */
export function settleApproval(state: TerminalState, settled: ApprovalSettled): TerminalState {
  const { approvalId, callId, turnId, outcome, reason } = settled;
  const approvals = state.approvals.filter((one) => one.approvalId !== approvalId);
  const said = SAID[outcome];
  if (said === undefined) return { ...state, approvals };
  const told = reason === undefined ? said : `${said}: ${reason}`;
  const answer = outcome === "approved" ? "yes" : "no";
  const isIt = (entry: { kind: string; callId?: string }): entry is ConfirmEntry =>
    entry.kind === "confirm" && entry.callId === callId;
  const turns = state.turns.map((turn) =>
    turn.turnId === turnId && turn.entries.some(isIt)
      ? {
          ...turn,
          entries: turn.entries.map((entry) =>
            isIt(entry) ? { ...entry, answer: entry.answer ?? answer, told } : entry,
          ),
        }
      : turn,
  );
  return announce({ ...state, approvals, turns }, `${told}.`);
}
