/** The cores of one router: a queue, from which the core that is free next takes. Times in ms. */
export interface RouterCores {
  /** How long work that comes then would wait. */
  waitMs(at: number): number;
  /** When the work that comes at `at` is done; undefined where it would be late, and is not begun. */
  take(at: number, doneBy: number): number | undefined;
}

/** A pass takes always as long: what the bench measures at less than half load (p99 12 ms) is such a queue's. */
export function createRouterCores(cores: number, passMs: number): RouterCores {
  const freeAt = new Float64Array(cores);
  const next = (): number => {
    let found = 0;
    for (let core = 1; core < cores; core += 1) {
      if ((freeAt[core] ?? 0) < (freeAt[found] ?? 0)) found = core;
    }
    return found;
  };
  return {
    waitMs: (at) => Math.max(0, (freeAt[next()] ?? 0) - at),
    take(at, doneBy) {
      const core = next();
      const done = Math.max(at, freeAt[core] ?? 0) + passMs;
      // The real router sheds, too, what could not be told in time.
      if (done > doneBy) return undefined;
      freeAt[core] = done;
      return done;
    },
  };
}
