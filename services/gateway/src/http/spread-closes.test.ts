import { createManualClock } from "@lilux/testkit";
import { expect, test } from "vitest";
import { spreadCloses } from "./spread-closes.ts";

/** How many are closed in each second of a clock that is moved on whenever something waits for it. */
async function secondsOf(count: number, longestMs: number): Promise<number[]> {
  const clock = createManualClock();
  const startedAt = clock.monotonic();
  const closedAt = new Map<number, number>();
  const closes = Array.from({ length: count }, (_, who) => () => {
    closedAt.set(who, clock.monotonic() - startedAt);
  });
  let isDone = false;
  const spread = spreadCloses(closes, longestMs, clock).then(() => {
    isDone = true;
  });
  for (let step = 0; step < 1_000 && !isDone; step += 1) {
    await Promise.resolve();
    clock.advance(100);
    await Promise.resolve();
  }
  await spread;
  expect(closedAt.size).toBe(count);
  const bins: number[] = [];
  for (const at of closedAt.values()) {
    const second = Math.floor(at / 1_000);
    bins[second] = (bins[second] ?? 0) + 1;
  }
  return Array.from(bins, (bin) => bin ?? 0);
}

// Mutant: all of them closed in the first step.
test("two thousand connections are closed over the whole window, and in no second more than 15 % of them", async () => {
  const seconds = await secondsOf(2_000, 8_000);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(300);
  expect(seconds.length).toBeLessThanOrEqual(9);
});

test("a few are closed at once, and nobody is an empty window", async () => {
  expect(await secondsOf(5, 8_000)).toEqual([5]);
  await spreadCloses([], 8_000, createManualClock());
  expect(await secondsOf(50, 0)).toEqual([50]);
});
