import type { Candidate, Thresholds, TurnKind, TurnPath } from "@lilux/protocol";
import { isWholeCall } from "../parameters/index.ts";
import { confidenceOnEnter } from "./confidence-on-enter.ts";

interface PathQuestion {
  kind: TurnKind;
  /** The best candidate for exactly the committed text; undefined when there is none. */
  leader: Candidate | undefined;
  /** The candidate a person picked with Tab or a digit. */
  chosen: Candidate | undefined;
  thresholds: Thresholds;
}

/**
 * The confidence policy as one decision. A commit by Tab is always fast: the
 * person chose. Enter is fast above `act`, verified from `show` up to `act`
 * (both included), else slow. Ctrl+E is always slow.
 *
 * A call that is not whole is never fast: a value was said that nothing took, or one is missing.
 *
 * The path says who decides on the call, never whether a destructive call needs
 * a confirm: it always does.
 */
export function decidePath({ kind, leader, chosen, thresholds }: PathQuestion): TurnPath {
  switch (kind) {
    case "ask":
      return "slow";
    case "accept":
      if (chosen === undefined) return "slow";
      return isWholeCall(chosen) ? "fast" : "verify";
    case "submit": {
      if (leader === undefined) return "slow";
      const confidence = confidenceOnEnter(leader);
      if (confidence < thresholds.show) return "slow";
      return confidence > thresholds.act && isWholeCall(leader) ? "fast" : "verify";
    }
  }
}
