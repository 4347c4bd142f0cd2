import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Allowance,
  rolledTo,
  settleAllowance,
  takeFromAllowance,
} from "./take-from-allowance.ts";

const NOON = Date.UTC(2026, 4, 5, 12);
const DAY_MS = 86_400_000;
const asked = (tokens: number, cost = 0) => ({ tokens, cost });

// Mutants: `>=` in `isOver`; the level not leaked; the day not rolled.
test("a minute's tokens may be used at once, and flow back over the minute", () => {
  const limits = { tokensPerMinute: 600 };
  const first = takeFromAllowance(undefined, { asked: asked(600), limits, now: NOON });
  if (!first.granted) throw new Error("refused");
  const again = takeFromAllowance(first.after, { asked: asked(100), limits, now: NOON });
  expect(again).toEqual({ granted: false, limit: "tokensPerMinute", retryAfterMs: 10_000 });
  const later = takeFromAllowance(first.after, { asked: asked(100), limits, now: NOON + 10_000 });
  expect(later.granted).toBe(true);
});

test.each([
  ["tokensPerDay", { tokensPerDay: 100 }],
  ["costPerDay", { costPerDay: 100 }],
] as const)("%s holds until midnight UTC, and says how long that is", (limit, limits) => {
  const first = takeFromAllowance(undefined, { asked: asked(80, 80), limits, now: NOON });
  if (!first.granted) throw new Error("refused");
  const second = takeFromAllowance(first.after, { asked: asked(21, 21), limits, now: NOON });
  expect(second).toEqual({ granted: false, limit, retryAfterMs: DAY_MS / 2 });
  const exact = takeFromAllowance(first.after, { asked: asked(20, 20), limits, now: NOON });
  expect(exact.granted).toBe(true);
  const tomorrow = takeFromAllowance(first.after, {
    asked: asked(21, 21),
    limits,
    now: NOON + DAY_MS,
  });
  expect(tomorrow.granted).toBe(true);
});

test("one request that is larger than the limit passes when nothing was used before", () => {
  const limits = { tokensPerMinute: 10, tokensPerDay: 10 };
  const first = takeFromAllowance(undefined, { asked: asked(50), limits, now: NOON });
  expect(first.granted).toBe(true);
});

// Mutant: `isOver` that does not look at what is asked.
test("what costs nothing is within every budget, a used up one, too", () => {
  const limits = { costPerDay: 10 };
  const dear = takeFromAllowance(undefined, { asked: asked(1, 50), limits, now: NOON });
  if (!dear.granted) throw new Error("refused");
  const free = takeFromAllowance(dear.after, { asked: asked(1, 0), limits, now: NOON });
  expect(free.granted).toBe(true);
});

test("who has no limits is counted all the same", () => {
  const first = takeFromAllowance(undefined, { asked: asked(50, 7), limits: {}, now: NOON });
  if (!first.granted) throw new Error("refused");
  expect(rolledTo(NOON, first.after)).toMatchObject({ tokens: 50, cost: 7 });
});

// Mutant: `settleAllowance` that ignores the difference.
test("after every request was settled, the day's sums are what was used, in whatever order", () => {
  const use = fc.record({ reserved: fc.nat(1_000), used: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(use, { minLength: 1 }), fc.boolean(), (uses, backwards) => {
      let account: Allowance | undefined;
      for (const { reserved } of uses) {
        const taken = takeFromAllowance(account, {
          asked: asked(reserved, reserved),
          limits: {},
          now: NOON,
        });
        if (!taken.granted) throw new Error("refused without a limit");
        account = taken.after;
      }
      for (const { reserved, used } of backwards ? [...uses].reverse() : uses) {
        const difference = { tokens: used - reserved, cost: used - reserved };
        account = settleAllowance(account, { difference, reservedAt: NOON, now: NOON });
      }
      const total = uses.reduce((sum, { used }) => sum + used, 0);
      expect(account).toMatchObject({ tokens: total, cost: total });
    }),
  );
});

test("what was reserved before midnight gives today nothing back", () => {
  const today = takeFromAllowance(undefined, { asked: asked(30), limits: {}, now: NOON + DAY_MS });
  if (!today.granted) throw new Error("refused");
  const settled = settleAllowance(today.after, {
    difference: asked(-100),
    reservedAt: NOON,
    now: NOON + DAY_MS,
  });
  expect(settled.tokens).toBe(30);
});
