import type { Candidate } from "@lilux/protocol";

/** How sure a candidate is once the line is finished; what the confidence policy compares. */
export function confidenceOnEnter({
  confidence,
  confidenceOnEnter: onEnter = confidence,
}: Pick<Candidate, "confidence" | "confidenceOnEnter">): number {
  return onEnter;
}
