import { finishWithin } from "@lilux/core/async";

/** One try at a request; the signal ends when another try has won. */
export type Attempt<T> = (signal: AbortSignal) => Promise<T>;

export interface HedgeOptions {
  /** When to send the second request; undefined sends one only. */
  hedgeAfterMs: number | undefined;
  onHedge: () => void;
}

/**
 * Sends a request, and a second one if no answer came within `hedgeAfterMs`:
 * a frozen member of a queue group otherwise eats its share of the requests
 * until the server evicts it. The first good answer wins and the other try is
 * dropped. A failure before the second try is the answer; after it, the first
 * failure counts only once both have failed.
 */
export async function hedge<T>(attempt: Attempt<T>, options: HedgeOptions): Promise<T> {
  const { hedgeAfterMs, onHedge } = options;
  const done = new AbortController();
  try {
    const first = attempt(done.signal);
    if (hedgeAfterMs === undefined) return await first;
    if (await finishWithin(settled(first), hedgeAfterMs)) return await first;
    onHedge();
    return await firstGood([first, attempt(done.signal)]);
  } finally {
    done.abort();
  }
}

/** Done when the work is, well or badly. */
function settled(work: Promise<unknown>): Promise<unknown> {
  return work.catch(() => undefined);
}

async function firstGood<T>(tries: Promise<T>[]): Promise<T> {
  try {
    return await Promise.any(tries);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}
