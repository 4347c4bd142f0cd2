import { LiluxError } from "@lilux/protocol";

/** Collects lines while one write runs, and writes them together in the next. */
export interface GroupCommit<Result> {
  commit(line: string, sequence: number): Promise<Result>;
  /** Resolves when everything handed in was written or failed. */
  idle(): Promise<void>;
}

interface Waiting<Result> {
  line: string;
  sequence: number;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
}

const WAITING_CHARACTERS_MAX = 64 * 1024 * 1024;

/**
 * One sync of the disk serves everyone who came while the last one ran, so a
 * busy stream pays for few of them. Throws `overloaded` when 64 Mi characters wait.
 */
export function createGroupCommit<Result>(
  write: (lines: string[], firstSequence: number) => Promise<Result[]>,
): GroupCommit<Result> {
  let waiting: Waiting<Result>[] = [];
  let characters = 0;
  let running: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      characters = 0;
      try {
        const lines = batch.map((entry) => entry.line);
        const results = await write(lines, batch[0]?.sequence ?? 0);
        for (const [place, entry] of batch.entries()) settle(entry, results[place]);
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    running = undefined;
  }

  return {
    commit(line, sequence) {
      if (characters + line.length > WAITING_CHARACTERS_MAX) {
        return Promise.reject(new LiluxError("overloaded"));
      }
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      waiting.push({ line, sequence, resolve, reject });
      characters += line.length;
      running ??= writeAll();
      return promise;
    },
    async idle() {
      await running;
    },
  };
}

function settle<Result>(entry: Waiting<Result>, result: Result | undefined): void {
  if (result === undefined) entry.reject(new Error("the write reported no place for a line"));
  else entry.resolve(result);
}
