/** One line's leading answer, call or no call. */
export interface Outcome {
  confidence: number;
  isRight: boolean;
}

export interface ReliabilityBin {
  from: number;
  to: number;
  count: number;
  confidence: number;
  accuracy: number;
}

export interface CalibrationFigures {
  /** Expected calibration error over ten bins of equal width. */
  ece: number;
  /** Mean squared distance of confidence from what happened. */
  brier: number;
  reliability: ReliabilityBin[];
}

export interface ThresholdFigures {
  threshold: number;
  /** Share of lines whose leader is above it. */
  coverage: number;
  /** Share of those that are right; null when there is none. */
  precision: number | null;
}

export interface RiskPoint {
  coverage: number;
  risk: number;
}

const BINS = 10;

export function calibrationFigures(outcomes: readonly Outcome[]): CalibrationFigures {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, right: 0 }));
  let squared = 0;
  for (const { confidence, isRight } of outcomes) {
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    squared += (confidence - (isRight ? 1 : 0)) ** 2;
    if (bin === undefined) continue;
    bin.count += 1;
    bin.confidence += confidence;
    bin.right += isRight ? 1 : 0;
  }
  const all = Math.max(1, outcomes.length);
  const ece = bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right) / all, 0);
  const reliability = bins.flatMap((bin, at) =>
    bin.count === 0
      ? []
      : [
          {
            from: at / BINS,
            to: (at + 1) / BINS,
            count: bin.count,
            confidence: bin.confidence / bin.count,
            accuracy: bin.right / bin.count,
          },
        ],
  );
  return { ece, brier: squared / all, reliability };
}

export function thresholdFigures(
  outcomes: readonly Outcome[],
  thresholds: readonly number[],
): ThresholdFigures[] {
  return thresholds.map((threshold) => {
    const above = outcomes.filter(({ confidence }) => confidence > threshold);
    const right = above.filter(({ isRight }) => isRight).length;
    return {
      threshold,
      coverage: above.length / Math.max(1, outcomes.length),
      precision: above.length === 0 ? null : right / above.length,
    };
  });
}

/** The error among the most confident so many, for every share of the lines. */
export function riskCoverage(outcomes: readonly Outcome[], points = 50): RiskPoint[] {
  const sorted = [...outcomes].sort((a, b) => b.confidence - a.confidence);
  const curve: RiskPoint[] = [];
  let wrong = 0;
  const step = Math.max(1, Math.floor(sorted.length / points));
  for (const [at, { isRight }] of sorted.entries()) {
    wrong += isRight ? 0 : 1;
    if ((at + 1) % step === 0 || at === sorted.length - 1) {
      curve.push({ coverage: (at + 1) / sorted.length, risk: wrong / (at + 1) });
    }
  }
  return curve;
}

/** The probability that a random one of `high` is above a random one of `low`; null without both. */
export function auroc(high: readonly number[], low: readonly number[]): number | null {
  if (high.length === 0 || low.length === 0) return null;
  const sorted = [...low].sort((a, b) => a - b);
  let sum = 0;
  for (const value of high) {
    sum += (placeIn(sorted, value, false) + placeIn(sorted, value, true)) / 2;
  }
  return sum / (high.length * low.length);
}

/** How many are below the value, or not above it. */
function placeIn(sorted: readonly number[], value: number, withEqual: boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const other = sorted[middle] ?? 0;
    if (other < value || (withEqual && other === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}
