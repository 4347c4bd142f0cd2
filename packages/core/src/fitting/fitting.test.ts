import type { RankerWeights } from "@lilux/protocol";
import { expect, test } from "vitest";
import { seededRandom } from "../rollout/index.ts";
import { capVoices } from "./cap-voices.ts";
import { fitRanker } from "./fit-ranker.ts";
import { minimise } from "./minimise.ts";
import { rightShare } from "./right-share.ts";
import type { StudiedLine } from "./studied-line.ts";

const BASE: RankerWeights = {
  featureNames: ["likely", "habit", "lesson"],
  weights: [1, 0, 2],
  temperatures: [{ maxCharacters: 9, temperature: 1.5 }, { temperature: 1 }],
  submittedTemperatures: [{ temperature: 1 }],
};

/** Lines of which `likely` says little and `habit`, that the base does not weigh, says most. */
function linesOf(count: number, seed: number, habit = 3): StudiedLine[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const rows = Array.from({ length: 5 }, () => [random(), random(), 0]);
    const pulls = rows.map(([likely = 0, own = 0]) => likely + habit * own + 0.3 * random());
    const utilities = rows.map(([likely = 0]) => likely);
    const best = pulls.indexOf(Math.max(...pulls));
    return { rows, utilities, meant: [best], right: true, weight: 1, characters: 20 };
  });
}

test("an offset finds what a tenant goes by, and leaves alone what no line spoke of", () => {
  const held = linesOf(200, 3);
  const { ranker, strength, loss, offset } = fitRanker(BASE, {
    train: linesOf(200, 1),
    validation: linesOf(100, 2),
  });
  expect(strength).toBeDefined();
  expect(loss.after).toBeLessThan(loss.before / 2);
  expect(ranker.weights[1]).toBeGreaterThan(1);
  expect(ranker.weights[2]).toBe(2);
  const before = rightShare(new Float64Array(3), held);
  const after = rightShare(offset, held);
  expect(after.value).toBeGreaterThan(before.value + 0.2);
  expect(after.low).toBeLessThan(after.value);
  expect(after.high).toBeGreaterThan(after.value);
});

// Mutant: `isBetter` left out; some strength is always a little better by chance.
test("where people do just what the ranker says, the weights mostly stay as they are", () => {
  const random = seededRandom(9);
  const asRanked = (count: number): StudiedLine[] =>
    linesOf(count, Math.floor(1e6 * random()), 0).map((line) => {
      const powers = line.utilities.map(Math.exp);
      let left = random() * powers.reduce((sum, power) => sum + power, 0);
      const meant = powers.findIndex((power) => {
        left -= power;
        return left <= 0;
      });
      return { ...line, meant: [Math.max(0, meant)] };
    });
  const fitted = Array.from({ length: 20 }, () =>
    fitRanker(BASE, { train: asRanked(60), validation: asRanked(50) }),
  );
  const kept = fitted.filter(({ strength }) => strength === undefined);
  expect(kept.length).toBeGreaterThan(14);
  for (const { ranker } of kept) expect(ranker.weights).toEqual(BASE.weights);
  expect(fitRanker(BASE, { train: [], validation: [] }).strength).toBeUndefined();
});

test("one that is surer than it is right becomes less sure, in all its bands alike", () => {
  const random = seededRandom(4);
  const sure = linesOf(200, 5).map((line): StudiedLine => {
    const leader = Math.floor(5 * random());
    const utilities = line.rows.map((_, place) => (place === leader ? 6 : 0));
    const meant = random() < 0.7 ? [leader] : [(leader + 1) % 5];
    return { ...line, utilities, meant };
  });
  const { ranker, scale } = fitRanker(BASE, { train: [], validation: sure });
  expect(scale).toBeGreaterThan(1.2);
  expect(ranker.temperatures.map(({ temperature }) => temperature)).toEqual([
    expect.closeTo(1.5 * scale, 4),
    expect.closeTo(scale, 4),
  ]);
});

test("a call that was not meant loses to whatever else there is", () => {
  const train = linesOf(100, 6).map((line): StudiedLine => {
    const habits = line.rows.map(([, own = 0]) => own);
    const worst = habits.indexOf(Math.max(...habits));
    return { ...line, meant: [worst], right: false };
  });
  const { ranker } = fitRanker(BASE, { train, validation: train });
  expect(ranker.weights[1]).toBeLessThan(-1);
});

test("the same lines give the same ranker", () => {
  const lines = { train: linesOf(80, 7), validation: linesOf(40, 8) };
  expect(fitRanker(BASE, lines)).toEqual(fitRanker(BASE, lines));
});

// Mutant: weights as they came.
test("nobody counts for more than their share, however much they send", () => {
  const loud = Array.from({ length: 900 }, () => ({ voice: 0, weight: 1 }));
  const quiet = Array.from({ length: 100 }, (_, at) => ({ voice: 1 + (at % 10), weight: 1 }));
  const weights = capVoices([...loud, ...quiet], 0.15);
  const ofLoud = weights.slice(0, 900).reduce((sum, weight) => sum + weight, 0);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  expect(ofLoud / all).toBeCloseTo(0.15, 3);
  expect(weights.slice(900)).toEqual(quiet.map(() => 1));
  expect(capVoices([{ voice: 4, weight: 0.5 }], 0.15)).toEqual([0.5]);
  expect(capVoices([], 0.15)).toEqual([]);
});

test("a function's lowest point is found, whatever the scales of its directions", () => {
  const wanted = [3, -2, 0.5];
  const steep = [1, 100, 10_000];
  const found = minimise((at) => {
    const off = at.map((value, place) => value - (wanted[place] ?? 0));
    const value = off.reduce((sum, one, place) => sum + 0.5 * (steep[place] ?? 0) * one * one, 0);
    return { value, gradient: off.map((one, place) => one * (steep[place] ?? 0)) };
  }, new Float64Array(3));
  for (const [place, value] of wanted.entries()) expect(found[place]).toBeCloseTo(value, 4);
});
