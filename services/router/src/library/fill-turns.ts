import { abortError } from "@lilux/core/async";

/**
 * Libraries are filled one at a time: whoever has least left goes first, so that
 * one is whole before the next is begun, and a small change to a whole one does
 * not wait for a large new one. A turn is a batch, so that the order may change
 * between two.
 */
export interface FillTurns {
  /** Resolves with how to end the turn, when it comes; rejects when the signal ends first. */
  take(left: number, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  left: number;
  begin(): void;
}

export function createFillTurns(): FillTurns {
  const waiting = new Set<Waiting>();
  let taken = false;

  function next(): void {
    if (taken) return;
    let least: Waiting | undefined;
    for (const one of waiting) if (least === undefined || one.left < least.left) least = one;
    if (least === undefined) return;
    taken = true;
    waiting.delete(least);
    least.begin();
  }

  function done(): void {
    taken = false;
    next();
  }

  return {
    take(left, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<() => void>();
      const leave = (): void => {
        waiting.delete(one);
        reject(abortError(signal));
      };
      const one: Waiting = {
        left,
        begin() {
          signal.removeEventListener("abort", leave);
          resolve(done);
        },
      };
      if (signal.aborted) {
        leave();
        return promise;
      }
      signal.addEventListener("abort", leave, { once: true });
      waiting.add(one);
      // Those that come in the same step are compared, not taken in their order.
      queueMicrotask(next);
      return promise;
    },
  };
}
