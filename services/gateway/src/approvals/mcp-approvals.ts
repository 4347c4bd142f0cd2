import type { McpApprovals } from "@lilux/mcp";
import { LiluxError, type Mandate } from "@lilux/protocol";
import { assertMay, type Caller, isCaller } from "../access/caller.ts";
import type { Approvals } from "./approvals.ts";

export interface McpApprovalsDeps {
  approvals: Pick<Approvals, "waitingFor" | "toAnswer" | "answer"> | undefined;
  /** The same caller as they are now. */
  again(caller: Caller): Promise<Caller>;
}

/** What approvers do over MCP, by the rules of the other doors. */
export function createMcpApprovals({
  approvals,
  again,
}: McpApprovalsDeps): McpApprovals | undefined {
  if (approvals === undefined) return undefined;
  return {
    mayApprove: async (by) => by?.verbs.has("approve") === true && by.secondPerson !== undefined,
    async waitingFor(by) {
      const approver = callerOf(by);
      assertMay(approver, "approve");
      return approvals.waitingFor(approver);
    },
    toAnswer: async (by, approvalId) => approvals.toAnswer(callerOf(by), approvalId),
    async answer(by, { approvalId, approve, reason }) {
      // A person was asked meanwhile, for minutes perhaps.
      const approver = await again(callerOf(by));
      await approvals.answer(approver, approvalId, { approve, reason });
    },
  };
}

/** Doors hand on who asks. */
function callerOf(by: Mandate | undefined): Caller {
  if (by !== undefined && isCaller(by)) return by;
  throw new LiluxError("forbidden");
}
