import { calibrationFigures, type Outcome } from "./calibration-figures.ts";
import type { TypedLine } from "./typed-line.ts";

/** The moments at which so much of a line was typed. */
export interface TenthFigures {
  /** Up to so much of the line. */
  fraction: number;
  /** Moments, one a character. */
  count: number;
  /** Share whose leader is right, a call or none. */
  accuracy: number;
  /** Share at which a call leads. */
  calls: number;
  /** Share at which a call leads that is sure enough to be shown, and of those the right ones. */
  sure: number;
  sureRight: number | null;
  /** Expected calibration error of the leader's confidence. */
  ece: number;
}

interface Moment extends Outcome {
  isCall: boolean;
}

const TENTHS = 10;

/** How good what leads is, by the share of the line that is typed. Tenths without a moment are left out. */
export function typingByTenth(lines: readonly TypedLine[], show: number): TenthFigures[] {
  const tenths = Array.from({ length: TENTHS }, (): Moment[] => []);
  for (const { fraction, leader, confidence, isRight } of lines.flatMap(({ steps }) => steps)) {
    const at = Math.min(TENTHS - 1, Math.ceil(fraction * TENTHS) - 1);
    tenths[at]?.push({ confidence, isRight, isCall: leader !== null });
  }
  return tenths.flatMap((moments, at) =>
    moments.length === 0 ? [] : [{ fraction: (at + 1) / TENTHS, ...figuresOf(moments, show) }],
  );
}

function figuresOf(moments: readonly Moment[], show: number): Omit<TenthFigures, "fraction"> {
  const count = moments.length;
  const sure = moments.filter(({ isCall, confidence }) => isCall && confidence >= show);
  return {
    count,
    accuracy: rightOf(moments) / count,
    calls: moments.filter(({ isCall }) => isCall).length / count,
    sure: sure.length / count,
    sureRight: sure.length === 0 ? null : rightOf(sure) / sure.length,
    ece: calibrationFigures(moments).ece,
  };
}

function rightOf(moments: readonly Moment[]): number {
  return moments.filter(({ isRight }) => isRight).length;
}
