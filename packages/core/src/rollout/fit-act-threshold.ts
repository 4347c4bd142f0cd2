import { upperBound } from "./proportion-bounds.ts";

/** One line of a person's: how sure the leader was on Enter, and whether it was meant. */
export interface ThresholdTurn {
  confidence: number;
  isRight: boolean;
}

export interface ActThreshold {
  /** Enter runs the leader above this. */
  act: number;
  /** Turns above it, and how many of those would have been wrong. */
  turns: number;
  wrong: number;
  /** The most that the share of wrong ones may be, at the confidence. */
  wrongMax: number;
}

const STEPS = 100;

/**
 * The lowest confidence above which so few calls are wrong that the share stays within `errorMax`
 * at this confidence, by the bound of Clopper and Pearson; undefined while there are too few turns
 * to say so of any: without a wrong one that takes 149 for 2 % at 95 %. Thresholds are tried from
 * the top down and the first that does not hold ends it, so that trying many is no luck
 * (fixed-sequence testing; Angelopoulos et al., "Learn then Test", 2021).
 */
export function fitActThreshold(
  turns: readonly ThresholdTurn[],
  { errorMax, confidence, actMin }: { errorMax: number; confidence: number; actMin: number },
): ActThreshold | undefined {
  let best: ActThreshold | undefined;
  for (let step = STEPS - 1; step / STEPS >= actMin; step -= 1) {
    const act = step / STEPS;
    const above = turns.filter((turn) => turn.confidence > act);
    const wrong = above.filter(({ isRight }) => !isRight).length;
    const wrongMax = upperBound(wrong, above.length, confidence);
    // Too few to say anything is no verdict against the thresholds below.
    const isTooFew = upperBound(0, above.length, confidence) > errorMax;
    if (isTooFew) continue;
    if (wrongMax > errorMax) break;
    best = { act, turns: above.length, wrong, wrongMax };
  }
  return best;
}

/** Turns without a wrong one that it takes to say so at all. */
export function turnsToSaySo({
  errorMax,
  confidence,
}: {
  errorMax: number;
  confidence: number;
}): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(1 - errorMax));
}
