import { LiluxError } from "@lilux/protocol";

export interface Turnstile {
  /** Runs one piece of work at a time, in the order asked for. Rejects with `overloaded` beyond what may wait. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Lets nobody else in, and waits for who is. */
  close(): Promise<void>;
}

const WAITING_MAX = 64;

export function createTurnstile(): Turnstile {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let isClosed = false;
  return {
    async run(work) {
      if (isClosed || waiting >= WAITING_MAX) throw new LiluxError("overloaded");
      waiting += 1;
      const next = last.then(() => {
        if (isClosed) throw new LiluxError("overloaded");
        return work();
      });
      last = next.catch(() => undefined);
      try {
        return await next;
      } finally {
        waiting -= 1;
      }
    },
    async close() {
      isClosed = true;
      await last;
    },
  };
}
