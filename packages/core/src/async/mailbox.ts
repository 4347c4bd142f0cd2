/**
 * Values of any number of writers on their way to one reader, in order. What is
 * waiting at the end is still read. A second reader at the same time would share
 * the values with the first.
 */
export interface Mailbox<T> extends AsyncIterable<T> {
  /** Whether the value was taken: never after the end, nor by a full mailbox that refuses. */
  push(value: T): boolean;
  /** No more values come, but for this last one, which is taken even where there is no room. */
  end(last?: T): void;
}

/** One that slows its writers down to the speed of its reader. */
interface WaitingMailbox<T> extends AsyncIterable<T> {
  /** Takes the value at once, and resolves when there is room for another. */
  push(value: T): Promise<void>;
  end(last?: T): void;
}

interface Room<T> {
  /** How much may wait: so many values, or so much of what `weigh` says of each. */
  max: number;
  weigh?: (value: T) => number;
}

interface DroppingRoom<T> extends Room<T> {
  whenFull: "dropOldest" | "refuse";
}

interface WaitingRoom<T> extends Room<T> {
  whenFull: "wait";
  /** After it no writer waits any more: what is left to say is said. */
  signal?: AbortSignal;
}

export function createMailbox<T>(options: DroppingRoom<T>): Mailbox<T>;
export function createMailbox<T>(options: WaitingRoom<T>): WaitingMailbox<T>;
export function createMailbox<T>(
  options: DroppingRoom<T> | WaitingRoom<T>,
): Mailbox<T> | WaitingMailbox<T> {
  const { max, weigh = () => 1 } = options;
  const waiting: { value: T; weight: number }[] = [];
  let weight = 0;
  let isEnded = false;
  // Both sides look and, with nothing between, wait for the next change. One promise for both: a
  // wake for the one is a look for nothing for the other, never a wake that is lost.
  let change = Promise.withResolvers<void>();

  function changed(): void {
    change.resolve();
    change = Promise.withResolvers();
  }

  function add(value: T, its: number): void {
    waiting.push({ value, weight: its });
    weight += its;
    changed();
  }

  function take(): { value: T } | undefined {
    const first = waiting.shift();
    if (first === undefined) return undefined;
    weight -= first.weight;
    changed();
    return first;
  }

  async function* read(): AsyncGenerator<T> {
    for (;;) {
      const taken = take();
      if (taken !== undefined) yield taken.value;
      else if (isEnded) return;
      else await change.promise;
    }
  }

  function end(last?: T): void {
    if (last !== undefined && !isEnded) add(last, weigh(last));
    isEnded = true;
    changed();
  }

  const shared = { end, [Symbol.asyncIterator]: read };
  if (options.whenFull === "wait") {
    const { signal } = options;
    signal?.addEventListener("abort", changed, { once: true });
    return {
      ...shared,
      async push(value) {
        if (!isEnded) add(value, weigh(value));
        while (weight >= max && !isEnded && signal?.aborted !== true) await change.promise;
      },
    };
  }
  const { whenFull } = options;
  return {
    ...shared,
    push(value) {
      const its = weigh(value);
      if (isEnded || (whenFull === "refuse" && weight + its > max)) return false;
      while (weight + its > max && take() !== undefined);
      add(value, its);
      return true;
    },
  };
}
