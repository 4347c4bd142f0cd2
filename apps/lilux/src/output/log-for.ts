import { sayLogLine } from "./say-log-line.ts";

/** A file and a collector of logs get JSON; somebody who watches gets sentences where there are any. */
export function logFor(out: Pick<NodeJS.WriteStream, "isTTY" | "write">): {
  write(line: string): void;
} {
  return {
    write: (line) => void out.write((out.isTTY ? sayLogLine(line) : undefined) ?? line),
  };
}
