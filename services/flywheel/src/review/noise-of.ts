import { lowerBound, upperBound } from "@lilux/core/rollout";
import type { Review } from "@lilux/database";
import type { RuleNoise } from "@lilux/protocol";
import { BEHAVIOUR_RULES } from "../label/label-session.ts";

/** Of each end of the interval, which is one of 95 % then. */
const ONE_SIDE = 0.975;

/**
 * How often each rule was wrong, by what people said: its fixed and rejected labels among all that were
 * judged. The interval is that of Clopper and Pearson, which holds for any number of reviews, as the
 * labels to judge are drawn blindly.
 */
export function noiseOf(reviews: readonly Review[]): RuleNoise[] {
  return BEHAVIOUR_RULES.map((rule) => {
    const judged = reviews.filter((one) => one.rule === rule && one.verdict !== "skip");
    const wrong = judged.filter(({ verdict }) => verdict !== "accept").length;
    const reviewed = judged.length;
    const isNone = reviewed === 0;
    return {
      rule,
      reviewed,
      wrong,
      share: isNone ? null : wrong / reviewed,
      low: isNone ? 0 : lowerBound(wrong, reviewed, ONE_SIDE),
      high: upperBound(wrong, reviewed, ONE_SIDE),
    };
  });
}
