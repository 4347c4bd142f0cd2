/** What was pushed, in order, to one reader. */
export interface MessageQueue<T> extends AsyncIterable<T> {
  /** False when full: the value was not taken. */
  push(value: T): boolean;
  /** The reader's loop ends after what is queued. */
  end(): void;
}

/** A bounded queue between a callback and an async loop. */
export function createMessageQueue<T>(sizeMax: number): MessageQueue<T> {
  const values: T[] = [];
  let ended = false;
  let wake = Promise.withResolvers<void>();

  const signal = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };

  return {
    push(value) {
      if (ended || values.length >= sizeMax) return false;
      values.push(value);
      signal();
      return true;
    },
    end() {
      ended = true;
      signal();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const pending = wake.promise;
        const value = values.shift();
        if (value !== undefined) yield value;
        else if (ended) return;
        else await pending;
      }
    },
  };
}
