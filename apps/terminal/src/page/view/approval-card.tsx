import type { Approval } from "@lilux/protocol";
import { useEffect, useRef, useState } from "preact/hooks";
import { CallView } from "./call-view.tsx";
import { EffectBadge } from "./effect-badge.tsx";
import { LINE_ID } from "./line-id.ts";
import { useController, useSelected } from "./terminal-context.ts";

export const APPROVAL_CLASS = "approval";
/** Y counts only after this long: a card may come up under the fingers of someone typing. */
const ARM_MS = 700;
/** What the protocol takes. */
const REASON_CHARACTERS_MAX = 500;

/** One call of somebody else: exactly what would run, who asked for it and when. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const { approvalId, call, effect, reason, item, askedBy, askedByName, askedAt, expiresAt } =
    approval;
  const controller = useController();
  const connected = useSelected((state) => state.connection.phase === "open");
  const [armed, setArmed] = useState(false);
  const said = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => setArmed(true), ARM_MS);
    return () => clearTimeout(timer);
  }, []);

  function answer(approve: boolean): void {
    if (!connected || (approve && !armed)) return;
    controller.approve(approvalId, approve, said.current?.value.trim() ?? "");
    document.getElementById(LINE_ID)?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") document.getElementById(LINE_ID)?.focus();
    if (event.target instanceof HTMLInputElement) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (key !== "y" && key !== "n") return;
    event.preventDefault();
    answer(key === "y");
  }

  const title = `approval-${approvalId}`;
  return (
    <section
      class={`${APPROVAL_CLASS} confirm confirm-${effect}`}
      role="alertdialog"
      aria-labelledby={title}
      aria-describedby={`${title}-call`}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <h3 id={title}>
        <span>
          {askedByName ?? askedBy} asks for your yes <EffectBadge effect={effect} />
        </span>
      </h3>
      <p dir="auto">{reason}</p>
      <div id={`${title}-call`}>
        <CallView call={call} />
        <pre class="source">{JSON.stringify(call.arguments, null, 2)}</pre>
        {item !== undefined && (
          <p class="quiet">
            {item.qualified_id} {item.version} of {item.source}, content{" "}
            {item.content_hash.slice(0, 16)}
          </p>
        )}
        <p class="quiet">
          Asked at {timeOf(askedAt)} by {askedBy}, good until {timeOf(expiresAt)}.
        </p>
      </div>
      <label class="approval-reason">
        Reason, if you like
        <input ref={said} type="text" maxLength={REASON_CHARACTERS_MAX} />
      </label>
      <div class="confirm-buttons">
        <button type="button" class="button" disabled={!connected} onClick={() => answer(false)}>
          No <kbd>N</kbd>
        </button>
        <button
          type="button"
          class="button button-danger"
          aria-disabled={!armed || !connected}
          onClick={() => answer(true)}
        >
          Yes, run it <kbd>Y</kbd>
        </button>
        {!connected && <span class="quiet">Waiting for the connection.</span>}
      </div>
    </section>
  );
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString();
}
