import { describeCall } from "@lilux/core/calls";
import type { Approval } from "@lilux/protocol";
import { useCallback, useEffect, useState } from "preact/hooks";
import { EffectBadge } from "../view/effect-badge.tsx";
import type { SectionProps } from "./section-props.ts";
import { messageOf, useLoaded } from "./use-loaded.ts";

const LOOK_EVERY_MS = 3_000;

/** Calls of others that wait for a yes. */
export function ApprovalsSection({ door, tell }: SectionProps) {
  const load = useCallback(() => door.approvals(), [door]);
  const { value: waiting, reload } = useLoaded(load, tell);
  useEffect(() => {
    const timer = setInterval(reload, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [reload]);
  if (waiting === undefined) return null;
  if (waiting.length === 0) return <p class="quiet">Nothing waits for a second person.</p>;
  return (
    <ul class="admin-waiting">
      {waiting.map((approval) => (
        <Waiting
          key={approval.approvalId}
          approval={approval}
          onAnswer={(answer) => {
            door.approve(approval.approvalId, answer).then(
              () => {
                tell(answer.approve ? "Approved." : "Declined.");
                reload();
              },
              (thrown: unknown) => {
                tell(messageOf(thrown));
                reload();
              },
            );
          }}
        />
      ))}
    </ul>
  );
}

interface WaitingProps {
  approval: Approval;
  onAnswer(answer: { approve: boolean; reason?: string }): void;
}

function Waiting({ approval, onAnswer }: WaitingProps) {
  const { call, effect, reason, askedBy, askedByName, askedAt } = approval;
  const [said, setSaid] = useState("");
  const answer = (approve: boolean): void =>
    onAnswer(said.trim() === "" ? { approve } : { approve, reason: said.trim() });
  return (
    <li class="admin-form">
      <h3>
        {describeCall(call)} <EffectBadge effect={effect} />
      </h3>
      <p>
        {reason} Asked by {askedByName ?? askedBy} at {new Date(askedAt).toLocaleTimeString()}.
      </p>
      <pre class="source">{JSON.stringify(call.arguments, null, 2)}</pre>
      <label>
        Reason, if you like
        <input
          value={said}
          maxLength={500}
          onInput={(event) => setSaid(event.currentTarget.value)}
        />
      </label>
      <div class="admin-does">
        <button type="button" class="button" onClick={() => answer(false)}>
          No
        </button>
        <button type="button" class="button button-danger" onClick={() => answer(true)}>
          Yes, run it
        </button>
      </div>
    </li>
  );
}
