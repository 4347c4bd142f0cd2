/** So many at once, so many waiting in order, and no more. */
export interface Places {
  /**
   * Resolves with how to give the place back, or with undefined when too many
   * wait, or nothing became free in time. Rejects as the signal ends.
   */
  enter(signal: AbortSignal): Promise<(() => void) | undefined>;
}

export interface PlacesOptions {
  atOnce: number;
  waitingMax: number;
  waitWithinMs: number;
}

export function createPlaces({ atOnce, waitingMax, waitWithinMs }: PlacesOptions): Places {
  const waiting = new Set<() => void>();
  let taken = 0;

  function occupy(): () => void {
    taken += 1;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      taken -= 1;
      const [next] = waiting;
      next?.();
    };
  }

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (taken < atOnce) return occupy();
      if (waiting.size >= waitingMax) return undefined;
      const { promise, resolve, reject } = Promise.withResolvers<(() => void) | undefined>();
      const wake = (): void => {
        waiting.delete(wake);
        resolve(occupy());
      };
      const onAbort = (): void => {
        waiting.delete(wake);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        waiting.delete(wake);
        resolve(undefined);
      }, waitWithinMs);
      waiting.add(wake);
      signal.addEventListener("abort", onAbort, { once: true });
      return promise.finally(() => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      });
    },
  };
}
