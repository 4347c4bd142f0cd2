const OPEN = "<think>";
const CLOSE = "</think>";

/** Tells thoughts apart that a server leaves in the text. */
export interface ThoughtSplitter {
  /** What is said of a piece, and what of it was thought. */
  push(piece: string): { said: string; thought: string };
  /** What was held back because it might have begun a thought. */
  end(): string;
}

/**
 * Servers without a parser for their model's thoughts send them as text: an
 * answer that begins with `<think>`, up to `</think>`. In the middle of an
 * answer the word is the answer's own.
 */
export function createThoughtSplitter(): ThoughtSplitter {
  let state: "before" | "thinking" | "after" = "before";
  let held = "";

  const isThinking = (): boolean => state === "thinking";

  function begin(): string {
    const start = held.trimStart();
    if (start.startsWith(OPEN)) {
      state = "thinking";
      held = start.slice(OPEN.length);
    } else if (!OPEN.startsWith(start)) {
      state = "after";
      return take();
    }
    return "";
  }

  function think(): { said: string; thought: string } {
    const end = held.indexOf(CLOSE);
    // What might be the first half of the end is kept.
    const until = end < 0 ? Math.max(0, held.length - (CLOSE.length - 1)) : end;
    const thought = held.slice(0, until);
    if (end < 0) {
      held = held.slice(until);
      return { said: "", thought };
    }
    state = "after";
    held = held.slice(end + CLOSE.length).trimStart();
    return { said: take(), thought };
  }

  function take(): string {
    const said = held;
    held = "";
    return said;
  }

  return {
    push(piece) {
      if (state === "after") return { said: piece, thought: "" };
      held += piece;
      const said = state === "before" ? begin() : "";
      return isThinking() ? think() : { said, thought: "" };
    },
    end: () => (state === "before" ? take() : ""),
  };
}
