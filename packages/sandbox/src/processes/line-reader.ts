import { StringDecoder } from "node:string_decoder";

export interface LineReader {
  add(chunk: Buffer): void;
  /** The last line may have no end. */
  end(): void;
  /** The first lines, as many as are kept. */
  kept(): string[];
}

const LINES_MAX = 500;
const LINE_CHARACTERS_MAX = 2_000;

/** Cuts a stream into lines, passes each on, keeps the first; long lines are cut. */
export function createLineReader(onLine: (line: string) => void): LineReader {
  const decoder = new StringDecoder("utf8");
  const lines: string[] = [];
  let rest = "";
  let count = 0;

  function take(line: string): void {
    count += 1;
    if (count > LINES_MAX) return;
    const cut = line.slice(0, LINE_CHARACTERS_MAX).replace(/\r$/, "");
    lines.push(cut);
    onLine(cut);
  }

  return {
    add(chunk) {
      const parts = (rest + decoder.write(chunk)).split("\n");
      rest = (parts.pop() ?? "").slice(0, LINE_CHARACTERS_MAX);
      for (const part of parts) take(part);
    },
    end() {
      if (rest !== "") take(rest);
      rest = "";
    },
    kept: () =>
      count > LINES_MAX ? [...lines, `… ${count - LINES_MAX} more lines were left out`] : lines,
  };
}
