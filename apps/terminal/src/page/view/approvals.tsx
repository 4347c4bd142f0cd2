import { ApprovalCard } from "./approval-card.tsx";
import { useSelected } from "./terminal-context.ts";

/** Calls of others that wait for the person of this page. Nothing of it is there while none does. */
export function Approvals() {
  const approvals = useSelected((state) => state.approvals);
  if (approvals.length === 0) return null;
  return (
    <section class="approvals" aria-label="Calls of others that wait for your yes">
      {approvals.map((approval) => (
        <ApprovalCard key={approval.approvalId} approval={approval} />
      ))}
    </section>
  );
}
