import type { Clock } from "@lilux/core/async";

/** So that few are closed at once, and ten thousand are not a stampede on whoever is left. */
const EACH_MS = 10;
const STEP_MS = 100;

/**
 * Does all of `closes`, in an order of chance, evenly over 10 ms for each and `longestMs` at most:
 * clients that are closed in one instant come back in one instant.
 */
export async function spreadCloses(
  closes: readonly (() => void)[],
  longestMs: number,
  clock: Pick<Clock, "monotonic" | "sleep">,
): Promise<void> {
  const windowMs = Math.max(1, Math.min(longestMs, closes.length * EACH_MS));
  const order = shuffled(closes);
  const { signal } = new AbortController();
  const startedAt = clock.monotonic();
  for (let done = 0; done < order.length; ) {
    const until = clock.monotonic() - startedAt + STEP_MS;
    const due = Math.min(order.length, Math.ceil((until / windowMs) * order.length));
    for (const close of order.slice(done, due)) close();
    done = Math.max(done, due);
    if (done < order.length) await clock.sleep(STEP_MS, signal);
  }
}

function shuffled<T>(given: readonly T[]): T[] {
  return given
    .map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
