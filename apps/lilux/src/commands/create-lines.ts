import type { Print } from "../output/create-print.ts";

/** Text that comes in pieces, printed line by line. */
export function createLines(print: Print): { add(text: string): void; end(): void } {
  let rest = "";
  return {
    add(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) print(line);
    },
    end() {
      if (rest !== "") print(rest);
      rest = "";
    },
  };
}
