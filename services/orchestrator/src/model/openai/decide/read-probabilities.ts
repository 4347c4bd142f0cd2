import type { DecideOption } from "../../language-model.ts";

export interface Found {
  probabilities: ReadonlyMap<string, unknown>;
  /** How much of the model's mind was on the options at all; undefined where it does not say. */
  mass: number | undefined;
}

/** A model that had most of its mind elsewhere has not answered. */
const MASS_MIN = 0.5;

/** One for each option, summing to 1; undefined when what came is no answer to the question. */
export function readProbabilities(
  found: Found | undefined,
  options: readonly DecideOption[],
): number[] | undefined {
  if (found === undefined || (found.mass ?? 1) < MASS_MIN) return undefined;
  const given = options.map(({ value }) => Number(found.probabilities.get(value) ?? Number.NaN));
  if (!given.every((each) => Number.isFinite(each) && each >= 0)) return undefined;
  const total = given.reduce((sum, each) => sum + each, 0);
  return total > 0 ? given.map((each) => each / total) : undefined;
}
