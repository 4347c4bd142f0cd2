import { expect, test } from "vitest";
import { isWithinShare } from "./is-within-share.ts";

const MAX = 1_000;
const ROUNDS = 20 * MAX;

/** What flows come to hold that all want everything, while what is oldest ends, one piece after the other. */
function flooded(weights: readonly number[]): number[] {
  const own = weights.map(() => 0);
  const pieces: number[] = [];
  const sum = (): number => own.reduce((all, held) => all + held, 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [flow, weight] of weights.entries()) {
      const held = own[flow] ?? 0;
      if (!isWithinShare({ max: MAX, all: sum(), own: held, more: 1, weight })) continue;
      own[flow] = held + 1;
      pieces.push(flow);
    }
    const ended = round < MAX ? undefined : pieces.shift();
    if (ended !== undefined) own[ended] = (own[ended] ?? 0) - 1;
  }
  return own;
}

// Mutants: `TIMES_FREE` without the weight; all that is free for anybody.
test.each([
  { weights: [1], shares: [3 / 4] },
  { weights: [1, 1], shares: [3 / 7, 3 / 7] },
  { weights: [2, 1], shares: [6 / 10, 3 / 10] },
  { weights: [4, 1, 1], shares: [12 / 19, 3 / 19, 3 / 19] },
])(
  "flows of weights $weights that want everything come to hold $shares of it, and leave some",
  (given) => {
    const own = flooded(given.weights);
    for (const [flow, share] of given.shares.entries()) {
      expect(Math.abs((own[flow] ?? 0) / MAX - share)).toBeLessThan(0.01);
    }
    const all = own.reduce((sum, held) => sum + held, 0);
    expect(isWithinShare({ max: MAX, all, own: 0, more: 1 })).toBe(true);
  },
);
