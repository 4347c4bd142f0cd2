export interface Progress {
  /** What is being prepared now. */
  step: (what: string) => void;
  /** Clears the progress line and leaves this one. */
  done: (line: string) => void;
}

/** Progress on one line of a terminal; a line each where the output is a file. */
export function createProgress(out: NodeJS.WriteStream): Progress {
  return {
    step(what) {
      if (out.isTTY) out.write(`\r\u001b[K  preparing ${what} …`);
      else out.write(`  preparing ${what}\n`);
    },
    done(line) {
      out.write(`${out.isTTY ? "\r\u001b[K" : ""}${line}\n`);
    },
  };
}
