import type { Candidate } from "@lilux/protocol";
import { effectOfCall } from "../calls/index.ts";
import { callFeatures } from "./call-features.ts";
import type { CallRanker, LineSize } from "./call-ranker.ts";
import type { LineEvidence, Proposal } from "./line-evidence.ts";
import { mergeSearches } from "./merge-searches.ts";
import { proposeCalls } from "./propose-calls.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { rounded } from "./reshape-ranking.ts";

/** Less likely calls are noise to whoever reads the list. */
const CONFIDENCE_MIN = 0.005;

/**
 * A line's calls by how likely each is meant, as a whole. Depends on its
 * arguments alone; equal confidences keep the order of the proposals.
 */
export function rankCalls(line: LineEvidence, ranker: CallRanker): RankedCalls {
  // Nothing typed is nothing meant.
  if (line.reading.words.length === 0) {
    return { candidates: [], noCallConfidence: 1, noCallConfidenceOnEnter: 1 };
  }
  const proposals = proposeCalls(line);
  const rows = callFeatures(proposals, line);
  const { typing, submitted } = ranker.probabilities(rows, sizeOf(line));
  const candidates: Candidate[] = [];
  let noCall = 0;
  for (const [at, proposal] of proposals.entries()) {
    if (proposal.kind === "none") {
      noCall = at;
      continue;
    }
    const confidence = typing[at] ?? 0;
    if (confidence < CONFIDENCE_MIN) continue;
    candidates.push(candidateOf(proposal, { confidence, onEnter: submitted[at] ?? 0 }));
  }
  candidates.sort((a, b) => b.confidence - a.confidence);
  return mergeSearches({
    candidates,
    noCallConfidence: typing[noCall] ?? 0,
    noCallConfidenceOnEnter: submitted[noCall] ?? 0,
  });
}

/** What decides on the temperature. */
export function sizeOf({ reading, text }: LineEvidence): LineSize {
  return { words: reading.words.length, characters: text.length };
}

function candidateOf(
  proposal: Exclude<Proposal, { kind: "none" }>,
  { confidence, onEnter }: { confidence: number; onEnter: number },
): Candidate {
  const itemEffect = "item" in proposal ? proposal.item.item.effect : undefined;
  return {
    call: proposal.call,
    confidence: rounded(confidence),
    confidenceOnEnter: rounded(onEnter),
    effect: effectOfCall(proposal.call, itemEffect),
  };
}
