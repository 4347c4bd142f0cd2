import type { Approval, ApprovalState, Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import type { ApprovalNews } from "./open-approval.ts";

const REMOTE_MAX = 5_000;
/** How long it can be asked what became of a question. */
const KEPT_MS = 15 * 60_000;

interface Remote {
  tenant: Tenant;
  holder: string;
  approval: Approval;
  state: ApprovalState;
  heardAt: number;
  /** Over for want of news alone: the next beat opens it again. */
  isSilent?: boolean;
}

/** The questions of other gateways, as they say. */
export interface RemoteApprovals {
  hear(said: Omit<Remote, "heardAt" | "isSilent">): void;
  find(tenant: Tenant, approvalId: string): Remote | undefined;
  all(tenant: Tenant): Remote[];
  /** Those of which nothing is heard any more are over: whoever could act on an answer is gone. */
  sweep(): void;
}

export interface RemoteApprovalsDeps {
  now(): number;
  /** Silence for so long is an end. */
  quietMs: number;
  tell(tenant: Tenant, news: ApprovalNews): void;
}

export function createRemoteApprovals({
  now,
  quietMs,
  tell,
}: RemoteApprovalsDeps): RemoteApprovals {
  const remote = new LRUCache<string, Remote>({ max: REMOTE_MAX });
  return {
    hear(said) {
      const { tenant, approval, state } = said;
      const before = remote.get(approval.approvalId);
      if (before !== undefined && before.tenant !== tenant) return;
      const wasOver = before !== undefined && before.state.state !== "waiting";
      // A beat that comes late does not open again what is over.
      if (wasOver && state.state === "waiting" && before.isSilent !== true) return;
      remote.set(approval.approvalId, { ...said, heardAt: now() });
      if (state.state === "waiting" && (before === undefined || wasOver))
        tell(tenant, { type: "request", approval });
      else if (before !== undefined && before.state.state !== state.state) {
        tell(tenant, { type: "settled", approval, state });
      }
    },
    find(tenant, approvalId) {
      const found = remote.get(approvalId);
      return found?.tenant === tenant ? found : undefined;
    },
    all: (tenant) => [...remote.values()].filter((one) => one.tenant === tenant),
    sweep() {
      for (const [id, one] of [...remote.entries()]) {
        const { tenant, approval, state, heardAt } = one;
        if (state.state === "waiting" && heardAt + quietMs <= now()) {
          const ended = { ...state, state: "cancelled" } as const;
          remote.set(id, { ...one, state: ended, isSilent: true });
          tell(tenant, { type: "settled", approval, state: ended });
        } else if (approval.expiresAt + KEPT_MS <= now()) remote.delete(id);
      }
    },
  };
}
