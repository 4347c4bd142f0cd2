import type { Approval, Mandate } from "@lilux/protocol";

/**
 * Calls of others that wait for a second person, for whoever may say yes to them. Who asks is whose
 * mandate came with the request; undefined where the other side knows whose it is by the credential.
 */
export interface McpApprovals {
  /** Whether their tenant wants a second person at all and they may be one. Never rejects. */
  mayApprove(by: Mandate | undefined): Promise<boolean>;
  /** The oldest first. Rejects with `forbidden`. */
  waitingFor(by: Mandate | undefined): Promise<Approval[]>;
  /**
   * What a yes of theirs would be about. Rejects as `answer` would: `forbidden`,
   * `second_person_required` for what they asked for themselves, `approval_over`.
   */
  toAnswer(by: Mandate | undefined, approvalId: string): Promise<Approval>;
  /** Counts once, for the very call that `toAnswer` showed; looks at who they are now. */
  answer(by: Mandate | undefined, given: McpAnswer): Promise<void>;
}

export interface McpAnswer {
  approvalId: string;
  approve: boolean;
  reason?: string | undefined;
}
