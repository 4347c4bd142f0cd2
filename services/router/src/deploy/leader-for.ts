import { answerLine, type CallRanker, type LineEvidence } from "@lilux/core/ranking";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { Call } from "@lilux/protocol";

/** What leads on a finished line by this ranker; undefined where no call is likelier. */
export function leaderFor(
  evidence: LineEvidence,
  ranker: CallRanker,
): { call: Call; confidence: number } | undefined {
  const { candidates, noCallConfidenceOnEnter } = answerLine(evidence, ranker);
  const [leader] = candidates;
  if (leader === undefined) return undefined;
  const confidence = confidenceOnEnter(leader);
  return confidence < noCallConfidenceOnEnter ? undefined : { call: leader.call, confidence };
}
