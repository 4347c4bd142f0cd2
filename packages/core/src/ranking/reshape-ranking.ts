import type { Candidate } from "@lilux/protocol";
import type { RankedCalls } from "./ranked-calls.ts";

/** As many as a person can pick from with one key. */
export const CANDIDATES_MAX = 9;

/** Best first; equal confidences keep their order. */
export function ordered(ranked: RankedCalls): RankedCalls {
  const candidates = [...ranked.candidates].sort((a, b) => b.confidence - a.confidence);
  return { ...ranked, candidates: candidates.slice(0, CANDIDATES_MAX) };
}

/** Leaves candidates a share of their confidence; "no call" gets the rest. */
export function heldBack(
  ranked: RankedCalls,
  shareOf: (candidate: Candidate) => number,
): RankedCalls {
  let { noCallConfidence, noCallConfidenceOnEnter } = ranked;
  const candidates = ranked.candidates.map((candidate) => {
    const share = shareOf(candidate);
    if (share === 1) return candidate;
    noCallConfidence += candidate.confidence * (1 - share);
    noCallConfidenceOnEnter += onEnterOf(candidate) * (1 - share);
    return scaled(candidate, share);
  });
  return ordered({ candidates, noCallConfidence, noCallConfidenceOnEnter });
}

/** The same candidate with a share of its confidence. */
export function scaled(candidate: Candidate, share: number): Candidate {
  return {
    ...candidate,
    confidence: rounded(candidate.confidence * share),
    confidenceOnEnter: rounded(onEnterOf(candidate) * share),
  };
}

export function rounded(confidence: number): number {
  return Math.round(confidence * 1e6) / 1e6;
}

/** As sure as while typing, where nothing else is told. */
export function onEnterOf({ confidence, confidenceOnEnter = confidence }: Candidate): number {
  return confidenceOnEnter;
}
