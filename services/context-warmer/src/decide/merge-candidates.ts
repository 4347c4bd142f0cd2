import type { ContextCandidate } from "@lilux/protocol";
import { isSameItem } from "./same-item.ts";

const CANDIDATES_MAX = 15;
const CANDIDATE_SCORE_MIN = 0.5;

/** A candidate with what the warmer remembers of it. Times are Unix ms. */
export interface HeldCandidate {
  candidate: ContextCandidate;
  /** When a turn last brought it up. */
  seenAt: number;
  /** A turn was about it. */
  used: boolean;
}

interface MergeQuestion {
  held: readonly HeldCandidate[];
  discovered: readonly ContextCandidate[];
  now: number;
  /** How long a candidate stays without being brought up again, in ms. */
  validMs: number;
}

const REPEAT_BOOST = 1.1;
/** What no turn brings up again fades, so that the newest work leads. */
const FADE = 0.9;

/**
 * What is likely after one more turn, best first, and what was given up. A
 * candidate brought up again scores 1.1 times what it now earns, at most 1;
 * below 0.5, after its time, and beyond the fifteenth it goes.
 */
export function mergeCandidates(question: MergeQuestion): {
  kept: HeldCandidate[];
  dropped: HeldCandidate[];
} {
  const { held, discovered, now, validMs } = question;
  const repeated = new Set<HeldCandidate>();
  const fresh = discovered.map((candidate): HeldCandidate => {
    const before = held.find((other) => isSameItem(other.candidate, candidate));
    if (before === undefined) return { candidate, seenAt: now, used: false };
    repeated.add(before);
    const score = Math.min(1, candidate.score * REPEAT_BOOST);
    return { candidate: { ...candidate, score }, seenAt: now, used: before.used };
  });
  const others = held.filter((entry) => !repeated.has(entry));
  const faded = others.map((entry) => ({
    ...entry,
    candidate: { ...entry.candidate, score: entry.candidate.score * FADE },
  }));
  const wanted = [...fresh, ...faded]
    .filter(({ candidate }) => candidate.score >= CANDIDATE_SCORE_MIN)
    .filter(({ seenAt }) => now - seenAt <= validMs)
    .sort((a, b) => b.candidate.score - a.candidate.score);
  const kept = wanted.slice(0, CANDIDATES_MAX);
  const isKept = (entry: HeldCandidate): boolean =>
    kept.some((other) => isSameItem(other.candidate, entry.candidate));
  return { kept, dropped: others.filter((entry) => !isKept(entry)) };
}
