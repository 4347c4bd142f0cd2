import type { Candidate, Thresholds } from "@lilux/protocol";

/**
 * What a person gets to see of a ranked list: all of it once its leader reaches
 * `show`, nothing below. Confidences share one whole, so beside a leader of 0.7
 * the others are small; they are what the keys 2 to 9 are for.
 */
export function candidatesToShow(
  ranked: readonly Candidate[],
  { show }: Thresholds,
): readonly Candidate[] {
  const [leader] = ranked;
  return leader !== undefined && leader.confidence >= show ? ranked : [];
}
