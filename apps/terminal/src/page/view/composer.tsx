import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { keyCommand } from "../state/key-command.ts";
import { rowsOf } from "../state/rows.ts";
import { isTooLong } from "../state/selectors.ts";
import type { TerminalState } from "../state/terminal-state.ts";
import { EnterHintLine } from "./enter-hint-line.tsx";
import { lineKeyOf } from "./read-line-key.ts";
import { SUGGESTIONS_ID, Suggestions, suggestionId } from "./suggestions.tsx";
import { useController, useSelected } from "./terminal-context.ts";
import { useKeyboardLayout } from "./use-keyboard-layout.ts";

/** After this pause a bare digit means a rank. */
const SETTLE_MS = 400;

export const LINE_ID = "line";

export interface ComposerProps {
  /** The state at the moment of a key, not at the last render. */
  read(): TerminalState;
  scroll(pages: number): void;
}

/** The line, what Enter will do to it, and the suggestions. */
export function Composer({ read, scroll }: ComposerProps) {
  const controller = useController();
  const text = useSelected((state) => state.line.text);
  const seq = useSelected((state) => state.line.seq);
  const active = useSelected((state) => state.active);
  const tooLong = useSelected(isTooLong);
  const expanded = useSelected((state) => rowsOf(state).length > 0);
  const layout = useKeyboardLayout();
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  useEffect(() => {
    const timer = setTimeout(() => controller.settle(seq), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [seq, controller]);

  function onKeyDown(event: KeyboardEvent): void {
    if (input.current === null) return;
    if (event.key === "PageDown" || event.key === "PageUp") {
      event.preventDefault();
      scroll(event.key === "PageDown" ? 1 : -1);
      return;
    }
    const command = keyCommand(read(), lineKeyOf(event, input.current, layout.current));
    if (command === null) return;
    event.preventDefault();
    controller.perform(command);
  }

  return (
    <section class="composer" aria-label="Prompt">
      <div class="line">
        <span class="line-mark" aria-hidden="true">
          ❯
        </span>
        <input
          id={LINE_ID}
          ref={input}
          class="line-input"
          type="text"
          value={text}
          dir="auto"
          aria-invalid={tooLong}
          placeholder="find email scripts"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="go"
          role="combobox"
          aria-label="What should be done?"
          aria-autocomplete="list"
          aria-expanded={expanded}
          aria-controls={expanded ? SUGGESTIONS_ID : undefined}
          aria-describedby="enter-hint"
          aria-activedescendant={active === null ? undefined : suggestionId(active)}
          onInput={(event) => controller.type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <EnterHintLine />
      <div class="suggestions-anchor">
        <Suggestions />
      </div>
    </section>
  );
}
