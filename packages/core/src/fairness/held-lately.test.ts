import { expect, test } from "vitest";
import { createHeldLately } from "./held-lately.ts";

function setUp() {
  let now = 0;
  const lately = createHeldLately({ halfLifeMs: 1_000, now: () => now });
  return {
    lately,
    pass(ms: number) {
      now += ms;
    },
  };
}

test("who holds two places for long has held two, and half of it a half life after the last was left", () => {
  const { lately, pass } = setUp();
  lately.change("loud", 2);
  expect(lately.of("loud")).toBe(0);
  pass(1_000);
  expect(lately.of("loud")).toBeCloseTo(1, 9);
  pass(60_000);
  expect(lately.of("loud")).toBeCloseTo(2, 9);
  lately.change("loud", -2);
  pass(1_000);
  expect(lately.of("loud")).toBeCloseTo(1, 9);
});

// A place held for a tenth of the time, two times a second.
test("one place for a hundred milliseconds out of five hundred is a fifth of a place", () => {
  const { lately, pass } = setUp();
  for (let run = 0; run < 40; run += 1) {
    lately.change("quiet", 1);
    pass(100);
    lately.change("quiet", -1);
    pass(400);
  }
  expect(lately.of("quiet")).toBeGreaterThan(0.15);
  expect(lately.of("quiet")).toBeLessThan(0.25);
  expect(lately.of("nobody")).toBe(0);
});
