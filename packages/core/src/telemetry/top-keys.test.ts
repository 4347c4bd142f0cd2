import fc from "fast-check";
import { expect, test } from "vitest";
import { createSpaceSaving } from "./space-saving.ts";
import { createTopKeys } from "./top-keys.ts";

// Mutant: a key that takes over a counter begins at 1, or with error 0.
test("of n events over m counters every count is at most n / m too high, never too low, and who has more than n / m is there", () => {
  const keys = fc.array(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 400 });
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 20 }), (events, counters) => {
      const sketch = createSpaceSaving(counters);
      for (const key of events) sketch.add(key);
      const truth = new Map<string, number>();
      for (const key of events) truth.set(key, (truth.get(key) ?? 0) + 1);
      const bound = events.length / counters;
      const top = sketch.top(counters);
      for (const { key, count, error } of top) {
        const own = truth.get(key) ?? 0;
        expect(count).toBeGreaterThanOrEqual(own);
        expect(count - error).toBeLessThanOrEqual(own);
        expect(error).toBeLessThanOrEqual(bound);
      }
      const named = new Set(top.map(({ key }) => key));
      for (const [key, own] of truth) if (own > bound) expect(named).toContain(key);
    }),
    { numRuns: 200, seed: 1 },
  );
});

// Mutant: `settle` that compares estimates, without their error.
test("among thousands with one event each, those with many are told apart within a minute, and stay", () => {
  let at = 0;
  const left: string[] = [];
  const options = { keysMax: 50, settleMs: 60_000, halveMs: 3_600_000, now: () => at };
  const keys = createTopKeys({ ...options, onLeft: (key) => void left.push(key) });
  for (let small = 0; small < 60; small += 1) keys.note(`early-${small}`);
  for (let event = 0; event < 4_000; event += 1) {
    keys.note(`small-${event}`);
    keys.note(`big-${event % 10}`);
  }
  at += 60_000;
  for (let big = 0; big < 10; big += 1) expect(keys.note(`big-${big}`)).toBe(true);
  expect(left).toHaveLength(10);
  for (let event = 0; event < 2_000; event += 1) keys.note(`later-${event}`);
  at += 60_000;
  for (let big = 0; big < 10; big += 1) expect(keys.note(`big-${big}`)).toBe(true);
  expect(left).toHaveLength(10);
});
