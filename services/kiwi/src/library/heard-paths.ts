/** What was heard and not yet told: some paths, or that anything may have changed. */
export interface HeardPaths {
  /** Undefined: anything. */
  add(path: string | undefined): void;
  readonly isEmpty: boolean;
  take(): ReadonlySet<string> | undefined;
}

/** From here on looking at everything is cheaper than looking at each. */
const PATHS_MAX = 256;
/** The system keeps 16,384 events; what came after them is lost without a word. */
const EVENTS_MAX = 4_096;

export function createHeardPaths(): HeardPaths {
  let paths = new Set<string>();
  let events = 0;
  let isAnything = false;
  return {
    add(path) {
      events += 1;
      if (path !== undefined) paths.add(path);
      if (path === undefined || paths.size > PATHS_MAX || events > EVENTS_MAX) isAnything = true;
    },
    get isEmpty() {
      return events === 0;
    },
    take() {
      const taken = isAnything ? undefined : paths;
      paths = new Set();
      events = 0;
      isAnything = false;
      return taken;
    },
  };
}
