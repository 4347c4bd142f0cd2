/**
 * How much of a candidate is worth a model's attention, by its score
 * (ARCHITECTURE §4, graduated context): above 0.85 inputs, filled parameters
 * and up to two examples; from 0.60 inputs; below, name and description.
 */
type Detail = "full" | "inputs" | "summary";

export const DETAIL_FULL_ABOVE = 0.85;
const DETAIL_INPUTS_FROM = 0.6;

export function detailOfScore(score: number): Detail {
  if (score > DETAIL_FULL_ABOVE) return "full";
  return score >= DETAIL_INPUTS_FROM ? "inputs" : "summary";
}
