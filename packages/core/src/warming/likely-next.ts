import {
  WARM_FEATURES,
  type WarmQuestion,
  type WarmWeights,
  warmFeatures,
} from "./warm-features.ts";

/** As many as a context holds. */
export const WARM_PLACES = 15;

/**
 * Fitted by `npm run bench -- warm --fit` on the development sessions: the conditional logit of the
 * next item among all of a library's, with a small pull towards zero (docs/warming.md). `told` was set by hand: nobody says in those
 * sessions what comes next.
 */
export const WARM_WEIGHTS: WarmWeights = {
  folder: 0.47,
  top_folder: 1.15,
  text: 0.3,
  last_text: 1.2,
  near: 1.04,
  last_near: 3.59,
  touched: -1,
  just_done: 0,
  followed: 1.23,
  usual: 0,
  told: 3,
};

export interface LikelyItem {
  key: string;
  /** How likely the next item is this one; those of all items sum to 1. */
  probability: number;
}

/** Says what is next; what it holds of a question it does not change. */
export type LikelyNext = (question: WarmQuestion) => LikelyItem[];

/**
 * The items that are likely next, best first. Equal ones keep an order of their own, so that the
 * answer depends on what is known alone.
 */
export function likelyNext(
  question: WarmQuestion,
  weights: WarmWeights = WARM_WEIGHTS,
  places: number = WARM_PLACES,
): LikelyItem[] {
  const rows = [...warmFeatures(question)];
  const strengths = rows.map(([, row]) => strengthOf(row, weights));
  // Items nothing speaks for share what is left: each has the strength 0.
  const others = Math.max(0, question.library.size - rows.length);
  const largest = Math.max(0, ...strengths);
  const sum = strengths.reduce(
    (all, one) => all + Math.exp(one - largest),
    others * Math.exp(-largest),
  );
  return rows
    .map(([key], at) => ({
      key,
      probability: Math.exp((strengths[at] ?? 0) - largest) / sum,
    }))
    .sort((a, b) => b.probability - a.probability || (a.key < b.key ? -1 : 1))
    .slice(0, places);
}

function strengthOf(row: Float64Array, weights: WarmWeights): number {
  return WARM_FEATURES.reduce((sum, name, at) => sum + weights[name] * (row[at] ?? 0), 0);
}
