import type { LineKey } from "../state/line-key.ts";
import { isApple } from "./is-apple.ts";
import type { KeyboardLayout } from "./use-keyboard-layout.ts";

/** A browser's key event as the page's own rules read it. */
export function lineKeyOf(
  event: KeyboardEvent,
  input: HTMLInputElement | HTMLTextAreaElement,
  layout: KeyboardLayout | null,
): LineKey {
  return {
    key: event.key,
    code: event.code,
    plain: layout?.get(event.code) ?? null,
    shift: event.shiftKey,
    rankModifier: isRankModifier(event),
    control: (event.ctrlKey || event.metaKey) && !isAltGraph(event),
    composing: isComposing(event),
    caretAtEnd:
      input.selectionStart === input.value.length && input.selectionEnd === input.value.length,
  };
}

/**
 * Whether an input method has the key. Safari ends a composition before it
 * tells of the Enter that ended it; only the old key code still says so.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === INPUT_METHOD;
}

/** Whether the key puts text somewhere: itself, or as the start of a composition. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.key === "Dead" || event.keyCode === INPUT_METHOD) return true;
  if ([...event.key].length !== 1) return false;
  if (isAltGraph(event)) return true;
  if (event.ctrlKey || event.metaKey) return false;
  return !event.altKey || isApple();
}

/** AltGr writes signs. Windows tells of it as Ctrl and Alt together. */
function isAltGraph(event: KeyboardEvent): boolean {
  if (event.metaKey) return false;
  return event.getModifierState("AltGraph") || (event.ctrlKey && event.altKey);
}

function isRankModifier(event: KeyboardEvent): boolean {
  const { ctrlKey, altKey, metaKey } = event;
  if (isApple()) return ctrlKey && !altKey && !metaKey;
  return altKey && !metaKey && !isAltGraph(event);
}

/** What browsers put in `keyCode` for every key an input method takes. */
const INPUT_METHOD = 229;
