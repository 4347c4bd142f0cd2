import { percentile } from "../percentile.ts";

/** Sorted times in ms. */
export interface Timings {
  all: Float64Array;
  /** The best of each one's repeats: what it takes when nothing else wants the processor. */
  undisturbed: Float64Array;
}

const WARM_UP = 200;

/** Does each once after the other, several times over, and times every one. */
export function timeEach<T>(
  values: readonly T[],
  repeats: number,
  work: (value: T) => void,
): Timings {
  for (const value of values.slice(0, WARM_UP)) work(value);
  const all: number[] = [];
  const best = values.map((value) => {
    let least = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const startedAt = performance.now();
      work(value);
      const took = performance.now() - startedAt;
      all.push(took);
      least = Math.min(least, took);
    }
    return least;
  });
  return { all: sorted(all), undisturbed: sorted(best) };
}

/** The same for work that is waited for, one at a time. */
export async function timeEachOf<T>(
  values: readonly T[],
  work: (value: T) => Promise<unknown>,
): Promise<Float64Array> {
  const all: number[] = [];
  for (const value of values) {
    const startedAt = performance.now();
    await work(value);
    all.push(performance.now() - startedAt);
  }
  return sorted(all);
}

/** `p50 | p99`, in ms. */
export function halfAndTail(times: Float64Array): string {
  return [0.5, 0.99]
    .map((p) => percentile(times, p).toFixed(times.length === 0 ? 0 : 2))
    .join(" | ");
}

function sorted(times: readonly number[]): Float64Array {
  return Float64Array.from(times).sort();
}
