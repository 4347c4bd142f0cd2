import { LiluxError } from "./lilux-error.ts";

/**
 * 24 whole days: a timer of 2^31 ms and more ends at once, and gRPC rounds long
 * deadlines up to seconds, which must stay below that too.
 */
const TIMER_MS_MAX = 24 * 24 * 3_600_000;

/**
 * A duration as every timer, signal and peer takes it: whole, rounded up, not
 * negative. Clocks have fractions, so what is left of a deadline has them too.
 * Endless is as long as a timer goes. Throws for what is no number, which only
 * a mistake of ours makes.
 */
export function wholeMs(ms: number): number {
  if (Number.isNaN(ms)) {
    throw new LiluxError("internal", { cause: new Error("a duration that is not a number") });
  }
  return Math.min(TIMER_MS_MAX, Math.max(0, Math.ceil(ms)));
}
