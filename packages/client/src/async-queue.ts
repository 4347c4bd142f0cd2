/** Values pushed on one side, read in order on the other, by one reader. */
export interface AsyncQueue<T> extends AsyncIterable<T> {
  push(value: T): void;
  /** No more values come; what waits is still read. */
  end(): void;
}

/** Holds at most `valuesMax` unread values; the oldest goes first when nobody reads. */
export function createAsyncQueue<T>(valuesMax: number): AsyncQueue<T> {
  const values: T[] = [];
  let ended = false;
  let wake: (() => void) | undefined;

  async function* read(): AsyncGenerator<T> {
    for (;;) {
      const value = values.shift();
      if (value !== undefined) yield value;
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    push(value) {
      if (ended) return;
      if (values.length >= valuesMax) values.shift();
      values.push(value);
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
    [Symbol.asyncIterator]: read,
  };
}
