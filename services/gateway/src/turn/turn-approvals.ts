import type { ConfirmRequest, TurnCommand, TurnEvent } from "@lilux/protocol";
import { wantsSecondPerson } from "../access/caller.ts";
import type { Approvals } from "../approvals/approvals.ts";
import type { ApprovalAnswer, OpenApproval } from "../approvals/open-approval.ts";
import type { Session } from "../session/session.ts";
import type { OpenQuestions } from "./open-questions.ts";

/** Puts those questions of one turn to approvers that their asker may not answer. */
export interface TurnApprovals {
  take(event: TurnEvent): void;
  /** The question to approvers about this call. */
  of(callId: string): string | undefined;
  /** Somebody's answer went to the turn. */
  answered(command: Extract<TurnCommand, { type: "confirm" }>): void;
  /** The turn has ended, or goes on elsewhere: nobody waits here. */
  end(): void;
}

export interface TurnApprovalsDeps {
  approvals: Pick<Approvals, "open"> | undefined;
  questions: Pick<OpenQuestions, "all">;
  command(command: TurnCommand): void;
}

export function createTurnApprovals(session: Session, deps: TurnApprovalsDeps): TurnApprovals {
  const open = new Map<string, OpenApproval>();

  function put(request: ConfirmRequest): void {
    const { approvals, questions, command } = deps;
    const asker = session.caller;
    if (approvals === undefined || asker === undefined) return;
    const { callId, turnId, call, effect, reason, item } = request;
    if (!wantsSecondPerson(asker, effect)) return;
    // Of one call id, the newest question counts: what was asked about before has changed.
    open.get(callId)?.close("cancelled");
    const about = item === undefined ? {} : { item };
    const asked = { asker, turnId, callId, call, effect, reason, ...about };
    const take = ({ approve }: ApprovalAnswer): void => {
      const waits = questions.all().some((question) => question === request);
      if (!waits) throw new Error("the turn does not wait for that any more");
      open.delete(callId);
      command({ type: "confirm", callId, approve });
    };
    try {
      open.set(callId, approvals.open({ ...asked, take }));
    } catch {
      // Nobody could ever answer: too many wait, or nobody could read it.
      command({ type: "confirm", callId, approve: false });
    }
  }

  return {
    take(event) {
      if (event.type === "confirm-request") put(event);
    },
    of: (callId) => open.get(callId)?.approval.approvalId,
    answered({ callId, approve }) {
      open.get(callId)?.close(approve ? "cancelled" : "declined");
      open.delete(callId);
    },
    end() {
      for (const one of open.values()) one.close("cancelled");
      open.clear();
    },
  };
}
