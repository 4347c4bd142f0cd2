import { useEffect } from "preact/hooks";
import type { Controller } from "../session/controller.ts";
import { runningTurn } from "../state/selectors.ts";
import type { TerminalState } from "../state/terminal-state.ts";
import { APPROVAL_CLASS } from "./approval-card.tsx";
import { LINE_ID } from "./line-id.ts";
import { isTyping } from "./read-line-key.ts";

export interface PageKeysOptions {
  controller: Controller;
  read(): TerminalState;
}

/**
 * The keys that work wherever the focus is: typing goes to the line, Esc
 * cancels, F1 shows the keys. What a part of the page has handled is left alone.
 */
export function usePageKeys({ controller, read }: PageKeysOptions): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || isOwnRealm(event.target)) return;
      if (event.key === "F1") {
        event.preventDefault();
        controller.toggleHelp(true);
      } else if (event.key === "F2") {
        event.preventDefault();
        document.querySelector<HTMLElement>(`.${APPROVAL_CLASS}`)?.focus();
      } else if (event.key === "Escape") {
        const running = runningTurn(read());
        if (running !== null) controller.perform({ do: "cancel", turnId: running.turnId });
        else document.getElementById(LINE_ID)?.focus();
      } else if (isTyping(event) && event.key !== " ") {
        // The key's own text then lands in the line.
        document.getElementById(LINE_ID)?.focus();
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [controller, read]);
}

/** Inputs and dialogs answer for their own keys. */
function isOwnRealm(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input, textarea, dialog, [role=alertdialog]") !== null
  );
}
