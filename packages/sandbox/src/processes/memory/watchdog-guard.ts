import { ownBytes, processTree, proportionalBytes } from "./process-memory.ts";
import type { RunGuard } from "./run-guard.ts";

/** How often a run is looked at. What it takes in between, it has. */
const LOOK_MS = 25;

export interface WatchdogOptions {
  bytesMax: number;
  /** The processes that come of one. */
  tree?: (root: number) => Promise<number[]>;
  own?: (pid: number) => Promise<number>;
  proportional?: (pid: number) => Promise<number | undefined>;
}

/**
 * Looks at a run's processes again and again, adds up what they hold, and tells
 * when it is too much. Where no control group can be made this is what there is:
 * it can be outrun for a moment, and does not count what lies in the scratch
 * folders, which have sizes of their own.
 */
export function watchdogGuard(options: WatchdogOptions): RunGuard {
  const { bytesMax } = options;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let tripped = false;
  const look = async (pid: number, exceeded: () => void): Promise<void> => {
    if ((await heldBytes(pid, options)) > bytesMax && !closed) {
      tripped = true;
      exceeded();
    } else if (!closed) timer = setTimeout(() => void look(pid, exceeded), LOOK_MS);
  };
  return {
    async attach(pid, exceeded) {
      void look(pid, exceeded);
    },
    exceeded: async () => tripped,
    async close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** The cheap sum unless it is too much; then the exact one, where the system shows it. */
async function heldBytes(root: number, options: WatchdogOptions): Promise<number> {
  const { bytesMax, tree = processTree } = options;
  const { own = ownBytes, proportional = proportionalBytes } = options;
  const pids = await tree(root);
  const quick = sum(await Promise.all(pids.map((pid) => own(pid))));
  if (quick <= bytesMax) return quick;
  const exact = pids.map(async (pid) => (await proportional(pid)) ?? own(pid));
  return sum(await Promise.all(exact));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
