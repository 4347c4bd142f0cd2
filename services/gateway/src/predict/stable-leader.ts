import { digestCall, effectOfCall } from "@lilux/core/calls";
import type { Candidate, Thresholds } from "@lilux/protocol";

/** The call that led the last predictions, and for how many of them. */
export interface Leading {
  digest: string;
  predictions: number;
  /** When it took the lead. */
  sinceMs: number;
}

const STABLE_PREDICTIONS = 2;
export const STABLE_AFTER_MS = 120;

/** What a new prediction makes of the lead. Undefined when its leader may not run unasked. */
export function nextLeading(
  before: Leading | undefined,
  leader: Candidate | undefined,
  { thresholds, nowMs }: { thresholds: Thresholds; nowMs: number },
): Leading | undefined {
  if (leader === undefined || !maySpeculate(leader, thresholds)) return undefined;
  const digest = digestCall(leader.call);
  if (before?.digest !== digest) return { digest, predictions: 1, sinceMs: nowMs };
  return { ...before, predictions: before.predictions + 1 };
}

/** Whether it led long enough to run before it is asked for. */
export function isStable(leading: Leading, nowMs: number): boolean {
  return leading.predictions >= STABLE_PREDICTIONS || nowMs - leading.sinceMs >= STABLE_AFTER_MS;
}

/** Only what reads, by the item's class and by the call's own form; a model decides neither. */
function maySpeculate({ call, confidence, effect }: Candidate, thresholds: Thresholds): boolean {
  return (
    effect === "read" &&
    call.name !== "execute" &&
    effectOfCall(call, undefined) === "read" &&
    confidence >= thresholds.show
  );
}
