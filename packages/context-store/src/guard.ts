import { finishWithin } from "@lilux/core/async";

type GuardedAnswer<T> = { came: true; value: T } | { came: false };

/** Keeps callers from waiting for a server, and a silent server from being asked too much. */
export interface Guard {
  /** The work's value if it comes before the deadline. Never throws, never takes longer. */
  run<T>(work: () => Promise<T>): Promise<GuardedAnswer<T>>;
  /** Whether the last that was heard of the server was an answer. */
  answering(): boolean;
}

export interface GuardOptions {
  deadlineMs: number;
  /** Called after a second without an answer: the connection is better made anew. */
  onHung: () => void;
}

const WAITING_MAX = 1_000;
/** How many calls try a server that was last silent; the others need not wait to hear so. */
const PROBES_MAX = 4;
const HUNG_MS = 1_000;

export function createGuard({ deadlineMs, onHung }: GuardOptions): Guard {
  let waiting = 0;
  let silentSince: number | undefined;

  function onSilence(): void {
    const now = performance.now();
    silentSince ??= now;
    if (now - silentSince < HUNG_MS) return;
    silentSince = now;
    onHung();
  }

  return {
    async run<T>(work: () => Promise<T>): Promise<GuardedAnswer<T>> {
      if (waiting >= (silentSince === undefined ? WAITING_MAX : PROBES_MAX)) return { came: false };
      waiting += 1;
      try {
        const settled = settle(work);
        const answer: GuardedAnswer<T> = (await finishWithin(settled, deadlineMs))
          ? await settled
          : { came: false };
        if (answer.came) silentSince = undefined;
        else onSilence();
        return answer;
      } finally {
        waiting -= 1;
      }
    },
    answering: () => silentSince === undefined,
  };
}

async function settle<T>(work: () => Promise<T>): Promise<GuardedAnswer<T>> {
  try {
    return { came: true, value: await work() };
  } catch {
    return { came: false };
  }
}
