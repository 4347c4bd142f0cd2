import type { LineKey } from "../state/key-command.ts";

/** A browser's key event as the page's own rules read it. */
export function lineKeyOf(event: KeyboardEvent, input: HTMLInputElement): LineKey {
  return {
    key: event.key,
    code: event.code,
    shift: event.shiftKey,
    alt: event.altKey,
    control: event.ctrlKey || event.metaKey,
    composing: event.isComposing,
    caretAtEnd:
      input.selectionStart === input.value.length && input.selectionEnd === input.value.length,
  };
}
