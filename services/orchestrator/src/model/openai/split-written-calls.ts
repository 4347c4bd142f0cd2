import { CALL_FORMS, type CallForm } from "./read-written-calls.ts";
import type { ToolCallDelta } from "./tool-call-assembler.ts";

/** Text for the person, and the calls that stood in it. */
export interface SaidAndCalled {
  said: string;
  calls: ToolCallDelta[];
}

export interface WrittenCallSplitter {
  push(piece: string): SaidAndCalled;
  /** What was held back because it might have been, or become, a call. */
  end(): SaidAndCalled;
}

/** What begins as a call and is longer than this is text. */
const HELD_CHARACTERS_MAX = 64 * 1024;
const FENCE = "```";

/**
 * Tells calls apart that a model wrote and its server left in the text: servers
 * without a parser for their model, and models that call where they were told not
 * to, so that no parser looks for calls. Within a code block, and behind a
 * backtick, such a text is what an answer is about.
 */
export function createWrittenCallSplitter(): WrittenCallSplitter {
  let held = "";
  let form: CallForm | undefined;
  let before = "";
  let isFenced = false;

  /** Hands on the first characters of what is held. */
  function take(length: number): string {
    const said = held.slice(0, length);
    held = held.slice(length);
    const seen = before + said;
    // Fences that ended in what was handed on before are counted already.
    const fences = seen.split(FENCE).length - before.split(FENCE).length;
    if (fences % 2 === 1) isFenced = !isFenced;
    before = said.endsWith(FENCE) ? "" : seen.slice(1 - FENCE.length);
    return said;
  }

  function outside(isEnd: boolean): string {
    let said = "";
    for (;;) {
      const next = held.search(OPEN_OR_FENCE);
      if (next < 0) return said + take(isEnd ? held.length : held.length - openLength(held));
      const found = CALL_FORMS.find(({ open }) => held.startsWith(open, next));
      said += take(found === undefined ? next + FENCE.length : next);
      if (found === undefined) continue;
      if (isFenced || before.endsWith("`")) {
        said += take(found.open.length);
        continue;
      }
      form = found;
      return said;
    }
  }

  /** Whether the call that was begun is over, one way or the other. */
  function within(isEnd: boolean): SaidAndCalled | undefined {
    if (form === undefined) return undefined;
    const { open, close } = form;
    const at = close === undefined ? -1 : held.indexOf(close, open.length);
    const isOver = at >= 0 || isEnd || held.length > HELD_CHARACTERS_MAX;
    if (!isOver) return undefined;
    const until = at < 0 ? held.length : at;
    const calls = form.read(held.slice(open.length, until));
    form = undefined;
    // What names no call is said, its mark too.
    if (calls.length === 0) return { said: take(open.length), calls };
    held = held.slice(until + (at < 0 ? 0 : (close?.length ?? 0)));
    return { said: "", calls };
  }

  function step(isEnd: boolean): SaidAndCalled {
    const all: SaidAndCalled = { said: "", calls: [] };
    for (;;) {
      if (form === undefined) all.said += outside(isEnd);
      if (form === undefined) return all;
      const part = within(isEnd);
      if (part === undefined) return all;
      all.said += part.said;
      all.calls.push(...part.calls);
    }
  }

  return {
    push(piece) {
      held += piece;
      return step(false);
    },
    end: () => step(true),
  };
}

const MARKS = [FENCE, ...CALL_FORMS.map(({ open }) => open)];
const OPEN_OR_FENCE = new RegExp(MARKS.map(escaped).join("|"));

/** How many last characters may be the beginning of a mark. */
function openLength(text: string): number {
  const longest = Math.max(...MARKS.map(({ length }) => length)) - 1;
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const tail = text.slice(-length);
    if (MARKS.some((mark) => mark.startsWith(tail))) return length;
  }
  return 0;
}

function escaped(text: string): string {
  return text.replace(/[|[\]<>=`]/g, String.raw`\$&`);
}
