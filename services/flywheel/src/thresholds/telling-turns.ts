import type { ThresholdTurn } from "@lilux/core/rollout";
import { normalForm } from "@lilux/core/text";
import type { JudgedKeptTurn } from "../models/judge-turns.ts";

/** A line that somebody says again and again is not so many proofs. */
const SAME_LINE_MAX = 3;

/**
 * The turns that say whether the leader of this model was wanted, and how sure it was on Enter. A turn
 * that acted by itself says nothing, unless somebody took it back. Of right ones, one line counts a few
 * times at most; wrong ones count always, so that whoever repeats a line can only raise the bar.
 */
export function tellingTurns(
  judged: readonly JudgedKeptTurn[],
  answeredBy: string,
): ThresholdTurn[] {
  const seen = new Map<string, number>();
  return judged.flatMap<ThresholdTurn>(({ model, isRight, confidence, record }) => {
    if (model !== answeredBy || isRight === undefined || confidence === undefined) return [];
    if (!isRight) return [{ confidence, isRight }];
    const line = normalForm(record.text);
    const times = (seen.get(line) ?? 0) + 1;
    seen.set(line, times);
    return times > SAME_LINE_MAX ? [] : [{ confidence, isRight }];
  });
}
