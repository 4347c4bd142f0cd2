import { digestCall } from "@lilux/core/calls";
import type { NewRecord } from "@lilux/database";
import type { ApprovalAct } from "./local-approvals.ts";

/** An act of an approval, for the tenant's chain of records. No value of an argument is in it. */
export function recordOf(act: ApprovalAct, at: number): NewRecord {
  const { tenant, actor, action, approval, reason } = act;
  const { approvalId, callId, call, effect, askedBy, item, turnId } = approval;
  const about = item && {
    item: item.qualified_id,
    version: item.version,
    contentHash: item.content_hash,
  };
  const detail = {
    callId,
    callDigest: digestCall(call),
    effect,
    askedBy,
    ...about,
    ...(turnId === undefined ? {} : { turnId }),
    ...(reason === undefined ? {} : { reason }),
  };
  return { tenant, actor, action, target: approvalId, detail, at };
}
