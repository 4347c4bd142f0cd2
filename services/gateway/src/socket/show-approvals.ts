import type { ServerFrame } from "@lilux/protocol";
import type { Caller } from "../access/caller.ts";
import type { Approvals } from "../approvals/approvals.ts";
import type { ApprovalNews } from "../approvals/open-approval.ts";

export interface ShownApprovals {
  /** What its caller may do has changed, perhaps. */
  look(): void;
  close(): void;
}

export interface ShowApprovalsDeps {
  approvals: Pick<Approvals, "watch" | "waitingFor"> | undefined;
  caller(): Caller;
  send(frame: ServerFrame): void;
}

/** Tells one connection what its person may answer: what waits already, then what is new. */
export function showApprovals({ approvals, caller, send }: ShowApprovalsDeps): ShownApprovals {
  if (approvals === undefined) return { look: () => undefined, close: () => undefined };
  const shown = new Set<string>();

  function look(): void {
    if (!caller().verbs.has("approve")) return;
    for (const approval of approvals?.waitingFor(caller()) ?? []) {
      if (shown.has(approval.approvalId)) continue;
      shown.add(approval.approvalId);
      send({ type: "approval-request", ...approval });
    }
  }

  function hear(news: ApprovalNews): void {
    if (news.type === "request") {
      look();
      return;
    }
    const { approvalId, state, by, reason } = news.state;
    const { callId, turnId, askedBy } = news.approval;
    const isTheirs = shown.delete(approvalId) || askedBy === caller().person;
    if (state === "waiting" || !isTheirs) return;
    const of = turnId === undefined ? { callId } : { callId, turnId };
    const who = by === undefined ? {} : { by };
    const why = reason === undefined ? {} : { reason };
    send({ type: "approval-settled", approvalId, ...of, outcome: state, ...who, ...why });
  }

  const stop = approvals.watch(caller().tenant, hear);
  look();
  return { look, close: stop };
}
