import { isWholeCall } from "@lilux/core/parameters";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { Call, Candidate } from "@lilux/protocol";
import { ITEM_TYPES } from "@lilux/protocol";
import type { RouterView } from "../language-model.ts";

/** What the built-in model does with a line: calls to make, or a plain answer. */
export type Proposal =
  | { kind: "calls"; calls: Call[] }
  | { kind: "unsure"; leader: Candidate }
  /** It leaves out a value that was said, or lacks one that it needs. */
  | { kind: "incomplete"; leader: Candidate }
  | { kind: "talk" };

const HITS_MAX = 5;
const QUERY_CHARACTERS_MAX = 1_000;

/**
 * Follows the router where it is sure, and searches the library where it is
 * not; it never makes up a call. A line that is likely no call at all is talk.
 */
export function proposeCalls({ text, prediction, leader, thresholds }: RouterView): Proposal {
  if (leader !== undefined && !isWholeCall(leader) && leader.confidence >= thresholds.show) {
    return { kind: "incomplete", leader };
  }
  if (leader !== undefined && confidenceOnEnter(leader) >= thresholds.show) {
    const harmless = leader.effect === "read" || confidenceOnEnter(leader) > thresholds.act;
    return harmless ? { kind: "calls", calls: [leader.call] } : { kind: "unsure", leader };
  }
  if (prediction !== undefined && prediction.noCallConfidence >= 0.5) return { kind: "talk" };
  const query = text.trim().slice(0, QUERY_CHARACTERS_MAX);
  if (query === "") return { kind: "talk" };
  const calls = ITEM_TYPES.map(
    (item_type): Call => ({ name: "search", arguments: { item_type, query, limit: HITS_MAX } }),
  );
  return { kind: "calls", calls };
}
