import { LRUCache } from "lru-cache";

const RESULTS_MAX = 8;
const VALID_MS = 30_000;

/** Results of read calls that ran before they were asked for, by `digestCall`. */
export interface SpeculationCache {
  get(digest: string): unknown;
  has(digest: string): boolean;
  set(digest: string, result: unknown): void;
  /** The library changed: nothing of before counts. */
  clear(): void;
}

export function createSpeculationCache(now: () => number): SpeculationCache {
  // Most sessions are idle, and an empty cache is not small.
  let results: LRUCache<string, { result: unknown; until: number }> | undefined;

  function find(digest: string): { result: unknown } | undefined {
    const entry = results?.get(digest);
    return entry !== undefined && entry.until > now() ? entry : undefined;
  }

  return {
    get: (digest) => find(digest)?.result,
    has: (digest) => find(digest) !== undefined,
    set(digest, result) {
      results ??= new LRUCache({ max: RESULTS_MAX });
      results.set(digest, { result, until: now() + VALID_MS });
    },
    clear: () => results?.clear(),
  };
}
