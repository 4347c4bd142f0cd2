import type { Candidate } from "@lilux/protocol";

export interface RankedCalls {
  /** Best first, at most nine. */
  candidates: Candidate[];
  noCallConfidence: number;
  /** The same given that the line ends here. */
  noCallConfidenceOnEnter: number;
}
