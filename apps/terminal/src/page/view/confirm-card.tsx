import { useEffect, useRef, useState } from "preact/hooks";
import type { ConfirmEntry } from "../state/terminal-state.ts";
import { CallView } from "./call-view.tsx";
import { EffectBadge } from "./effect-badge.tsx";
import { LINE_ID } from "./line-id.ts";
import { isTyping } from "./read-line-key.ts";
import { useController, useSelected } from "./terminal-context.ts";

/**
 * Y and N count only after this long: the prompt may come up under the fingers
 * of someone typing a word with one of them in it.
 */
const ARM_MS = 700;

export interface ConfirmCardProps {
  turnId: string;
  entry: ConfirmEntry;
  /** The oldest unanswered one has the focus. */
  focused: boolean;
}

/** Asks before a call that can do damage. The answer is no unless a person says yes. */
export function ConfirmCard({ turnId, entry, focused }: ConfirmCardProps) {
  if (entry.answer !== null) return <Answered entry={entry} />;
  return <Asking turnId={turnId} entry={entry} focused={focused} />;
}

const ANSWERS = {
  yes: "Approved",
  no: "Declined",
  void: "Not answered: the turn ended first",
} as const;

function Answered({ entry }: { entry: ConfirmEntry }) {
  return (
    <p class="answered">
      <span class={`answer answer-${entry.answer}`}>{ANSWERS[entry.answer ?? "void"]}</span>
      <CallView call={entry.call} />
      {entry.told !== undefined && <span class="quiet"> {entry.told}</span>}
    </p>
  );
}

function Asking({ turnId, entry, focused }: ConfirmCardProps) {
  const controller = useController();
  const connected = useSelected((state) => state.connection.phase === "open");
  const [armed, setArmed] = useState(false);
  const lineEmpty = useSelected((state) => state.line.text === "");
  const no = useRef<HTMLButtonElement>(null);
  const chosenByPerson = useRef(false);
  useEffect(() => {
    // Whoever is typing keeps the line; the question waits until it is empty or sent.
    if (!focused || !lineEmpty) return;
    chosenByPerson.current = false;
    no.current?.focus();
  }, [focused, lineEmpty]);
  useEffect(() => {
    const timer = setTimeout(() => setArmed(true), ARM_MS);
    return () => clearTimeout(timer);
  }, []);

  function answer(approve: boolean): void {
    if (!connected || (approve && (!armed || entry.isOthers))) return;
    controller.confirm(turnId, entry.callId, approve);
    document.getElementById(LINE_ID)?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Tab") chosenByPerson.current = true;
    const key = event.key.toLowerCase();
    if (key === " ") {
      keepSpace(event);
    } else if (key === "y" || key === "n" || key === "escape") {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      event.preventDefault();
      if (key === "escape" || armed) answer(key === "y");
    } else if (isTyping(event)) {
      // Its text then lands in the line.
      document.getElementById(LINE_ID)?.focus();
    }
  }
  /** The space of someone typing answers nothing; on a button they went to, it presses it. */
  function keepSpace(event: KeyboardEvent): void {
    if (!chosenByPerson.current) event.preventDefault();
  }

  const title = `confirm-${entry.callId}`;
  return (
    <section
      class={`confirm confirm-${entry.effect}`}
      role="alertdialog"
      aria-labelledby={title}
      aria-describedby={`${title}-call`}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => event.key === " " && keepSpace(event)}
    >
      <h3 id={title}>
        {entry.isOthers ? "Waits for an approver of your tenant" : "Run this?"}{" "}
        <EffectBadge effect={entry.effect} />
      </h3>
      <p dir="auto">{entry.reason}</p>
      <div id={`${title}-call`}>
        <CallView call={entry.call} />
        <pre class="source">{JSON.stringify(entry.call.arguments, null, 2)}</pre>
      </div>
      <div class="confirm-buttons">
        <button
          ref={no}
          type="button"
          class="button"
          disabled={!connected}
          onClick={() => answer(false)}
        >
          {entry.isOthers ? "Take it back" : "No, leave it"} <kbd>N</kbd>
        </button>
        {!entry.isOthers && (
          <button
            type="button"
            class="button button-danger"
            aria-disabled={!armed || !connected}
            onClick={() => answer(true)}
          >
            Yes, run it <kbd>Y</kbd>
          </button>
        )}
        {connected && !armed && !entry.isOthers && (
          <span class="quiet">Y and N count in a moment.</span>
        )}
        {!connected && <span class="quiet">Waiting for the connection.</span>}
      </div>
    </section>
  );
}
