import { finishWithin } from "@lilux/core/async";

export interface HedgeOptions<T> {
  /** When to make the second try; undefined makes one only. */
  hedgeAfterMs: number | undefined;
  /** The second try, or undefined where there is nobody else to try. */
  second(): Promise<T> | undefined;
}

/**
 * Makes a try, and a second one if nothing came of the first within
 * `hedgeAfterMs`. The first good answer wins; the other try goes on unheard, so
 * that whoever is late is still seen to live. A failure before the second try
 * is the answer; after it, the first failure counts only once both have failed.
 */
export async function hedge<T>(attempt: () => Promise<T>, options: HedgeOptions<T>): Promise<T> {
  const first = attempt();
  if (options.hedgeAfterMs === undefined) return first;
  if (await finishWithin(settled(first), options.hedgeAfterMs)) return first;
  const second = options.second();
  return second === undefined ? first : firstGood([first, second]);
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
