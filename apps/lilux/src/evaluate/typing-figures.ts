import { followLeader, isSettled, type LeaderTrail } from "@lilux/core/ranking";
import { quantile } from "./calibration-figures.ts";
import type { TypedLine, TypedStep } from "./typed-line.ts";
import { type TenthFigures, typingByTenth } from "./typing-by-tenth.ts";

export interface TypingFigures {
  lines: number;
  /** By the share of the line that is typed. */
  byTenth: TenthFigures[];
  /** Of lines right in the end: share typed from which on the answer stayed the same. */
  lockMedian: number | null;
  lockP90: number | null;
  /** How often a shown call was replaced by another shown one, per line. */
  flipsPerLine: number | null;
  /** The same if every leader above `show` were shown at once. */
  flipsUnsettled: number | null;
  /** Of all moments: how many show a call, and how many of those show the right one. */
  shownShare: number | null;
  shownRight: number | null;
  /** Time from the lock to the last character at 200 ms a character. */
  leadMedianMs: number | null;
}

const MS_PER_CHARACTER = 200;

export function typingFigures(lines: readonly TypedLine[], show: number): TypingFigures {
  const locks: number[] = [];
  const leads: number[] = [];
  const display = { moments: 0, shown: 0, right: 0, flips: 0 };
  let unsettled = 0;
  for (const { characters, steps } of lines) {
    watch(display, steps, show);
    unsettled += leaderChanges(steps, show);
    if (steps.at(-1)?.isRight !== true) continue;
    const lock = lockOf(steps);
    locks.push(lock);
    leads.push((1 - lock) * characters * MS_PER_CHARACTER);
  }
  return {
    lines: lines.length,
    byTenth: typingByTenth(lines, show),
    lockMedian: quantile(locks, 0.5),
    lockP90: quantile(locks, 0.9),
    flipsPerLine: lines.length === 0 ? null : display.flips / lines.length,
    flipsUnsettled: lines.length === 0 ? null : unsettled / lines.length,
    shownShare: display.moments === 0 ? null : display.shown / display.moments,
    shownRight: display.shown === 0 ? null : display.right / display.shown,
    leadMedianMs: quantile(leads, 0.5),
  };
}

function lockOf(steps: readonly TypedStep[]): number {
  const final = steps.at(-1)?.leader;
  let at = steps.length - 1;
  while (at > 0 && steps[at - 1]?.leader === final) at -= 1;
  return steps[at]?.fraction ?? 1;
}

/** Changes of the leader among those sure enough to be shown. */
function leaderChanges(steps: readonly TypedStep[], show: number): number {
  const sure = steps.filter(({ leader, confidence }) => leader !== null && confidence >= show);
  return sure.filter(({ leader }, at) => at > 0 && leader !== sure[at - 1]?.leader).length;
}

/**
 * What a person sees while the line grows, by the gateway's own rule. Nobody pauses here: at 200 ms
 * a character there is always a next one before an unsettled leader would be shown all the same.
 */
function watch(
  display: { moments: number; shown: number; right: number; flips: number },
  steps: readonly TypedStep[],
  show: number,
): void {
  let trail: LeaderTrail | undefined;
  for (const { call, leader, isRight, confidence } of steps) {
    const isWorthIt = call !== null && leader === call && confidence >= show;
    const isShown = isWorthIt && isSettled(trail, call);
    display.moments += 1;
    if (isShown) {
      display.shown += 1;
      display.right += isRight ? 1 : 0;
      if (trail?.shown !== undefined && trail.shown !== call) display.flips += 1;
    }
    trail = followLeader(trail, { leader: call ?? undefined, shown: isShown ? call : undefined });
  }
}
