import type { QualityAnswer, QualityLine } from "./quality-set.ts";

/** A figure with what it would be in 95 of 100 samples of lines like these. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

export interface QualityFigures {
  /** Of lines that mean an item: it is nearest, whether or not it is called. */
  itemFirst: Interval;
  /** The same, and called. */
  itemCalled: Interval | undefined;
  /** How well the score tells lines that mean an item from lines that mean none. */
  auroc: Interval | undefined;
  /** Of lines that mean none: nothing is called. */
  refused: Interval | undefined;
  /** Of lines that mean an item: sure enough to run at once, and of those the right ones. */
  aboveAct: { coverage: number; right: Interval | undefined } | undefined;
}

interface Judged {
  isMeant: boolean;
  isRight: boolean;
  answer: QualityAnswer;
}

const SAMPLES = 500;

/** What answers are worth, each figure with a percentile interval over resampled lines. */
export function qualityFigures(
  lines: readonly QualityLine[],
  answers: readonly QualityAnswer[],
  act: number,
): QualityFigures {
  const judged = lines.map(({ label }, at): Judged => {
    const answer = answers[at] ?? { item: undefined, score: -1 };
    return { isMeant: label !== null, isRight: label !== null && answer.item === label, answer };
  });
  const meant = judged.filter(({ isMeant }) => isMeant);
  const strangers = judged.filter(({ isMeant }) => !isMeant);
  const decides = answers.some(({ calls }) => calls !== undefined);
  const sure = meant.filter(({ answer }) => (answer.confidence ?? 0) > act);
  return {
    itemFirst: share(meant.map(({ isRight }) => isRight)) ?? { value: 0, low: 0, high: 0 },
    itemCalled: decides
      ? share(meant.map(({ isRight, answer }) => isRight && answer.calls === true))
      : undefined,
    auroc: aurocInterval(
      meant.map(({ answer }) => answer.score),
      strangers.map(({ answer }) => answer.score),
    ),
    refused: decides ? share(strangers.map(({ answer }) => answer.calls !== true)) : undefined,
    aboveAct: decides
      ? {
          coverage: sure.length / Math.max(1, meant.length),
          right: share(sure.map(({ isRight }) => isRight)),
        }
      : undefined,
  };
}

function share(rights: readonly boolean[]): Interval | undefined {
  if (rights.length === 0) return undefined;
  const values = rights.map(Number);
  const mean = (weights: Uint32Array): number =>
    values.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0) / values.length;
  return interval(mean, [values.length]);
}

/** The probability that a line that means an item scores above one that means none; ties count half. */
export function aurocInterval(
  high: readonly number[],
  low: readonly number[],
): Interval | undefined {
  if (high.length === 0 || low.length === 0) return undefined;
  const scores = [...high, ...low];
  const order = [...scores.keys()].sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const area = (ofHigh: Uint32Array, ofLow: Uint32Array): number => {
    let [below, sum] = [0, 0];
    let [tiedHigh, tiedLow, last] = [0, 0, Number.NaN];
    const close = (): void => {
      sum += tiedHigh * (below + tiedLow / 2);
      below += tiedLow;
      [tiedHigh, tiedLow] = [0, 0];
    };
    for (const at of order) {
      if (scores[at] !== last) close();
      last = scores[at] ?? 0;
      if (at < high.length) tiedHigh += ofHigh[at] ?? 0;
      else tiedLow += ofLow[at - high.length] ?? 0;
    }
    close();
    return sum / (high.length * low.length);
  };
  return interval(area, [high.length, low.length]);
}

/** The statistic over everything once, and its spread over samples drawn with repetition. */
function interval(
  statistic: (...weights: [Uint32Array, Uint32Array]) => number,
  counts: readonly number[],
): Interval {
  const once = counts.map((count) => new Uint32Array(count).fill(1));
  const next = randomNumbers();
  const values = Array.from({ length: SAMPLES }, () => {
    const [first, second] = counts.map((count) => drawn(count, next));
    return statistic(first ?? new Uint32Array(), second ?? new Uint32Array());
  }).sort((a, b) => a - b);
  const at = (part: number): number => values[Math.floor(part * (SAMPLES - 1))] ?? 0;
  const [first, second] = once;
  return {
    value: statistic(first ?? new Uint32Array(), second ?? new Uint32Array()),
    low: at(0.025),
    high: at(0.975),
  };
}

function drawn(count: number, next: () => number): Uint32Array {
  const weights = new Uint32Array(count);
  for (let draw = 0; draw < count; draw += 1) {
    const at = Math.floor(next() * count);
    weights[at] = (weights[at] ?? 0) + 1;
  }
  return weights;
}

/** From 0 up to 1, the same row each time (xorshift). */
function randomNumbers(): () => number {
  let state = 0x2545f491;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
