/**
 * A mailbox for work of which only the newest matters: at most one item in
 * flight and one waiting. Every operation says what the caller has to do.
 */
interface LatestWins<T> {
  /** Takes an item. `start`: begin it now. Else it waits, and `replaced` never will run. */
  offer(item: T): { start: boolean; replaced: T | undefined };
  /** The item in flight is done. Returns the one to begin next. */
  finish(): T | undefined;
  /** Forgets the waiting item, and makes the one in flight stale. Returns the forgotten one. */
  clear(): T | undefined;
  /** Whether something newer came, or the mailbox was cleared, since this item was offered. */
  isStale(item: T): boolean;
}

export function createLatestWins<T extends object>(): LatestWins<T> {
  let inFlight: T | undefined;
  let waiting: T | undefined;
  let newest: T | undefined;

  return {
    offer(item) {
      newest = item;
      if (inFlight === undefined) {
        inFlight = item;
        return { start: true, replaced: undefined };
      }
      const replaced = waiting;
      waiting = item;
      return { start: false, replaced };
    },
    finish() {
      inFlight = waiting;
      waiting = undefined;
      return inFlight;
    },
    clear() {
      const forgotten = waiting;
      waiting = undefined;
      newest = undefined;
      return forgotten;
    },
    isStale: (item) => item !== newest,
  };
}
