import type { Candidate } from "@lilux/protocol";
import { callFeatures, type LineEvidence, type Proposal } from "./call-features.ts";
import type { CallRanker } from "./call-ranker.ts";
import { effectOfCall } from "./effect-of-call.ts";
import { proposeCalls } from "./propose-calls.ts";

export interface RankedCalls {
  /** Best first, at most nine. */
  candidates: Candidate[];
  noCallConfidence: number;
}

const CANDIDATES_MAX = 9;
/** Less likely calls are noise to whoever reads the list. */
const CONFIDENCE_MIN = 0.005;

/**
 * A line's calls by how likely each is meant, as a whole. Depends on its
 * arguments alone; equal confidences keep the order of the proposals.
 */
export function rankCalls(line: LineEvidence, ranker: CallRanker): RankedCalls {
  // Nothing typed is nothing meant.
  if (line.reading.words.length === 0) return { candidates: [], noCallConfidence: 1 };
  const proposals = proposeCalls(line);
  const rows = callFeatures(proposals, line);
  const probabilities = ranker.probabilities(rows, sizeOf(line));
  const candidates: Candidate[] = [];
  let noCallConfidence = 0;
  for (const [at, proposal] of proposals.entries()) {
    const confidence = probabilities[at] ?? 0;
    if (proposal.kind === "none") noCallConfidence = confidence;
    else if (confidence >= CONFIDENCE_MIN) candidates.push(candidateOf(proposal, confidence));
  }
  candidates.sort((a, b) => b.confidence - a.confidence);
  return { candidates: candidates.slice(0, CANDIDATES_MAX), noCallConfidence };
}

/** What decides on the temperature. */
export function sizeOf({ reading, text }: LineEvidence): { words: number; characters: number } {
  return { words: reading.words.length, characters: text.length };
}

function candidateOf(proposal: Exclude<Proposal, { kind: "none" }>, confidence: number): Candidate {
  const itemEffect = "item" in proposal ? proposal.item.item.effect : undefined;
  const rounded = Math.round(confidence * 1e6) / 1e6;
  return {
    call: proposal.call,
    confidence: rounded,
    effect: effectOfCall(proposal.call, itemEffect),
  };
}
