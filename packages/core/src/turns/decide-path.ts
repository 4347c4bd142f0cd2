import type { Candidate, Thresholds, TurnKind, TurnPath } from "@lilux/protocol";
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
 * The path says who decides on the call, never whether a destructive call needs
 * a confirm: it always does.
 */
export function decidePath({ kind, leader, chosen, thresholds }: PathQuestion): TurnPath {
  switch (kind) {
    case "ask":
      return "slow";
    case "accept":
      return chosen === undefined ? "slow" : "fast";
    case "submit": {
      if (leader === undefined) return "slow";
      const confidence = confidenceOnEnter(leader);
      if (confidence < thresholds.show) return "slow";
      return confidence > thresholds.act ? "fast" : "verify";
    }
  }
}
