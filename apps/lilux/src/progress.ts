import { writeOut } from "@lilux/core/text";

export interface Progress {
  /** What is being prepared now. */
  step: (what: string) => void;
  /** Clears the progress line and leaves this one. */
  done: (line: string) => void;
  /** Clears the progress line and says why there will be no more. */
  failed: (sentence: string) => void;
}

/** Progress on one line of a terminal; a line each where the output is a file. */
export function createProgress(out: NodeJS.WriteStream, doing = "preparing"): Progress {
  const done = (line: string): void => {
    out.write(`${out.isTTY ? "\r\u001b[K" : ""}${writeOut(line)}\n`);
  };
  return {
    step(what) {
      if (out.isTTY) out.write(`\r\u001b[K  ${doing} ${what} …`);
      else out.write(`  ${doing} ${what}\n`);
    },
    done,
    failed: (sentence) => done(`lilux: cannot start. ${sentence}`),
  };
}
