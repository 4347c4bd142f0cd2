import type { Call } from "@lilux/protocol";
import { quantile } from "./calibration-figures.ts";

/** One character more was typed. */
export interface TypedStep {
  /** Share of the line's characters typed, above 0 and up to 1. */
  fraction: number;
  /** The leading answer in a form that compares; "no call" is null. */
  leader: string | null;
  confidence: number;
  isRight: boolean;
}

export interface TypedLine {
  characters: number;
  steps: readonly TypedStep[];
}

export interface TypingFigures {
  lines: number;
  /** Share of right leaders once at least so much is typed, in tenths. */
  accuracyByFraction: { fraction: number; accuracy: number; count: number }[];
  /** Of lines right in the end: share typed from which on the answer stayed the same. */
  lockMedian: number | null;
  lockP90: number | null;
  /** How often a shown call was replaced by another shown one, per line. */
  flipsPerLine: number | null;
  /** Time from the lock to the last character at 200 ms a character. */
  leadMedianMs: number | null;
}

const TENTHS = 10;
const MS_PER_CHARACTER = 200;

export function typingFigures(lines: readonly TypedLine[], show: number): TypingFigures {
  const buckets = Array.from({ length: TENTHS }, () => ({ count: 0, right: 0 }));
  const locks: number[] = [];
  const leads: number[] = [];
  let flips = 0;
  for (const { characters, steps } of lines) {
    for (const step of steps) {
      const bucket = buckets[Math.min(TENTHS - 1, Math.ceil(step.fraction * TENTHS) - 1)];
      if (bucket === undefined) continue;
      bucket.count += 1;
      bucket.right += step.isRight ? 1 : 0;
    }
    flips += flipsOf(steps, show);
    if (steps.at(-1)?.isRight !== true) continue;
    const lock = lockOf(steps);
    locks.push(lock);
    leads.push((1 - lock) * characters * MS_PER_CHARACTER);
  }
  return {
    lines: lines.length,
    accuracyByFraction: buckets.flatMap(({ count, right }, at) =>
      count === 0 ? [] : [{ fraction: (at + 1) / TENTHS, accuracy: right / count, count }],
    ),
    lockMedian: quantile(locks, 0.5),
    lockP90: quantile(locks, 0.9),
    flipsPerLine: lines.length === 0 ? null : flips / lines.length,
    leadMedianMs: quantile(leads, 0.5),
  };
}

function lockOf(steps: readonly TypedStep[]): number {
  const final = steps.at(-1)?.leader;
  let at = steps.length - 1;
  while (at > 0 && steps[at - 1]?.leader === final) at -= 1;
  return steps[at]?.fraction ?? 1;
}

/** Changes of what is shown, once something is shown. A query that grows is the same search. */
function flipsOf(steps: readonly TypedStep[], show: number): number {
  let shown: string | undefined;
  let flips = 0;
  for (const { leader, confidence } of steps) {
    if (leader === null || confidence < show) continue;
    if (shown !== undefined && shown !== leader) flips += 1;
    shown = leader;
  }
  return flips;
}

/** A call as it is compared while typing: a search by its kind, since its query is still growing. */
export function leaderName(call: Call | null): string | null {
  if (call === null) return null;
  switch (call.name) {
    case "search":
      return `search ${call.arguments.item_type}`;
    case "load":
      return `load ${call.arguments.item_type} ${call.arguments.item_id}`;
    case "execute":
      return `execute ${call.arguments.item_type} ${call.arguments.item_id} ${call.arguments.action}`;
  }
}
