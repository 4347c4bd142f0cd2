/** Events from the turn that makes them to the one reader. */
export interface EventPipe<T> extends AsyncIterable<T> {
  /** Resolves when the reader has room for more, so that a slow reader slows the upstream. */
  push(value: T): Promise<void>;
  end(): void;
}

/** After `signal` nobody waits any more: what is left to say is said and the turn ends. */
export function createEventPipe<T>(waitingMax: number, signal: AbortSignal): EventPipe<T> {
  const values: T[] = [];
  let ended = false;
  let filled = Promise.withResolvers<void>();
  let emptied = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => emptied.resolve(), { once: true });

  return {
    async push(value) {
      values.push(value);
      filled.resolve();
      while (values.length >= waitingMax && !signal.aborted) await emptied.promise;
    },
    end() {
      ended = true;
      filled.resolve();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const value = values.shift();
        if (value !== undefined) {
          emptied.resolve();
          emptied = Promise.withResolvers<void>();
          if (signal.aborted) emptied.resolve();
          yield value;
        } else if (ended) {
          return;
        } else {
          await filled.promise;
          filled = Promise.withResolvers<void>();
          if (ended) filled.resolve();
        }
      }
    },
  };
}
