const OPEN = "<think>";
const CLOSE = "</think>";

/** Tells thoughts apart that a server leaves in the text. */
export interface ThoughtSplitter {
  /** What is said of a piece, and whether some of it was thought. */
  push(piece: string): { said: string; thought: boolean };
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

  function think(): string {
    const end = held.indexOf(CLOSE);
    // What might be the first half of the end is kept.
    if (end < 0) held = held.slice(-(CLOSE.length - 1));
    else {
      state = "after";
      held = held.slice(end + CLOSE.length).trimStart();
      return take();
    }
    return "";
  }

  function take(): string {
    const said = held;
    held = "";
    return said;
  }

  return {
    push(piece) {
      if (state === "after") return { said: piece, thought: false };
      held += piece;
      let said = state === "before" ? begin() : "";
      const thought = state === "thinking";
      if (thought) said = think();
      return { said, thought };
    },
    end: () => (state === "before" ? take() : ""),
  };
}
