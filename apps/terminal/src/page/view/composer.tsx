import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { keyCommand } from "../state/key-command.ts";
import { rowsOf } from "../state/rows.ts";
import { isTooLong } from "../state/selectors.ts";
import type { TerminalState } from "../state/terminal-state.ts";
import { EnterHintLine } from "./enter-hint-line.tsx";
import { focusFields } from "./fields.tsx";
import { LINE_ID } from "./line-id.ts";
import { isComposing, lineKeyOf } from "./read-line-key.ts";
import { SUGGESTIONS_ID, Suggestions, suggestionId } from "./suggestions.tsx";
import { useController, useSelected } from "./terminal-context.ts";
import { useKeyboardLayout } from "./use-keyboard-layout.ts";

/** After this pause a bare digit means a rank. */
const SETTLE_MS = 400;

type LineElement = HTMLInputElement | HTMLTextAreaElement;
const ROWS_MAX = 8;

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
  const input = useRef<LineElement>(null);
  const isMultiline = text.includes("\n");
  const caret = useRef<number | null>(null);
  useLayoutEffect(() => {
    // The one element has taken the other's place: whoever types notices nothing.
    input.current?.focus();
    const at = caret.current;
    if (at !== null) input.current?.setSelectionRange(at, at);
  }, [isMultiline]);
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
    if (event.key === "Enter" && event.shiftKey && !isComposing(event)) {
      event.preventDefault();
      insert(input.current, "\n");
      return;
    }
    const command = keyCommand(read(), lineKeyOf(event, input.current, layout.current));
    // Among several lines the arrows go from one to the next.
    const isOfTheText = isMultiline && (command?.do === "walk-inputs" || command?.do === "recents");
    if (command === null || isOfTheText) return;
    event.preventDefault();
    if (command.do === "fields") focusFields();
    else controller.perform(command);
  }

  function insert(element: LineElement, added: string): void {
    const { value, selectionStart, selectionEnd } = element;
    const [from, to] = [selectionStart ?? value.length, selectionEnd ?? value.length];
    caret.current = from + added.length;
    controller.type(`${value.slice(0, from)}${added}${value.slice(to)}`);
    // Drawn by now where the same element goes on.
    requestAnimationFrame(() => {
      const at = caret.current;
      if (at !== null) input.current?.setSelectionRange(at, at);
      caret.current = null;
    });
  }

  /** A line of one row would put what is pasted together. */
  function onPaste(event: ClipboardEvent): void {
    const pasted = event.clipboardData?.getData("text/plain").replaceAll(/\r\n?/g, "\n") ?? "";
    if (!pasted.trimEnd().includes("\n") || input.current === null) return;
    event.preventDefault();
    insert(input.current, pasted);
  }

  const shared = {
    id: LINE_ID,
    ref: input as never,
    class: "line-input",
    value: text,
    dir: "auto",
    "aria-invalid": tooLong,
    placeholder: "find email scripts",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: false,
    enterkeyhint: "go",
    "aria-label": "What should be done?",
    "aria-autocomplete": "list",
    "aria-controls": expanded ? SUGGESTIONS_ID : undefined,
    "aria-describedby": "enter-hint",
    "aria-activedescendant": active === null ? undefined : suggestionId(active),
    onInput(event: { currentTarget: LineElement }) {
      caret.current = event.currentTarget.selectionStart;
      controller.type(event.currentTarget.value);
    },
    onKeyDown,
    onPaste,
  } as const;

  return (
    <section class="composer" aria-label="Prompt">
      <div class="line">
        <span class="line-mark" aria-hidden="true">
          ❯
        </span>
        {isMultiline ? (
          <textarea {...shared} rows={Math.min(ROWS_MAX, text.split("\n").length)} />
        ) : (
          <input {...shared} type="text" role="combobox" aria-expanded={expanded} />
        )}
      </div>
      <EnterHintLine />
      <div class="suggestions-anchor">
        <Suggestions />
      </div>
    </section>
  );
}
