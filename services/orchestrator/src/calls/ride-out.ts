import type { Clock } from "@lilux/core/async";
import { type Call, LiluxError } from "@lilux/protocol";

/** Longer than a tool core takes to be started again. */
const AWAY_MS_MAX = 15_000;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 1_000;

export interface RideOutOptions {
  clock: Clock;
  signal: AbortSignal;
  /** What is left to the turn. */
  leftMs: number;
}

/**
 * Tries again while the tool core does not answer. Only for what it may be asked
 * twice: it runs a call id once, and says so when it has begun before it died.
 */
export async function rideOut<T>(work: () => Promise<T>, options: RideOutOptions): Promise<T> {
  const { clock, signal, leftMs } = options;
  const giveUpAt = clock.monotonic() + Math.min(AWAY_MS_MAX, leftMs);
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(tries, 10));
      const isAway = LiluxError.from(error).code === "kiwi_unavailable";
      if (!isAway || signal.aborted || clock.monotonic() + waitMs > giveUpAt) throw error;
      await clock.sleep(waitMs, signal);
    }
  }
}

/** Whether asking twice does no more than asking once. A copy has no record of its call id. */
export function mayAskTwice(call: Call): boolean {
  return call.name !== "load" || call.arguments.destination === undefined;
}

const SECOND_TRY_MS = 200;

/** A read that failed for a reason that passes is tried once more; what it reads does not notice. */
export async function tryTwice<T>(
  work: () => Promise<T>,
  { clock, signal }: Omit<RideOutOptions, "leftMs">,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { retryable, code } = LiluxError.from(error);
    // Being away was ridden out already.
    if (!retryable || code === "kiwi_unavailable" || signal.aborted) throw error;
    await clock.sleep(SECOND_TRY_MS, signal);
    return work();
  }
}
