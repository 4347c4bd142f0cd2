import { expect, test } from "vitest";
import { streamSettings } from "../streams.ts";
import { createStreamShares } from "./stream-shares.ts";

const MINUTE_MS = 60_000;
const call = (tenant: string, number: number) => `lilux.v1.${tenant}.call.c${number}`;

/** Calls of a process that keeps no stream, as the tool core, in a stream for some hundred of them. */
function toolCore() {
  let time = 0;
  let stored = 0;
  const shares = createStreamShares({
    settings: streamSettings({ CALLS: { maxBytes: 100 * 1_220 } }),
    readHeads: () => {
      throw new Error("nobody looks at this stream here");
    },
    now: () => time,
  });
  const store = (tenant: string, weight?: number): boolean => {
    stored += 1;
    const message = { subject: call(tenant, stored), bodyBytes: 1_000, weight };
    try {
      shares.assertRoom("CALLS", message);
    } catch {
      return false;
    }
    shares.stored("CALLS", { ...message, sequence: stored });
    return true;
  };
  const flood = (tenant: string, weight?: number): number =>
    Array.from({ length: 200 }, () => store(tenant, weight)).filter(Boolean).length;
  const pass = (ms: number): void => {
    time += ms;
  };
  return { store, flood, pass };
}

// Mutants: `full: "drop-oldest"` of CALLS; `stored` that notes only what is looked at.
test("who floods the record of calls is refused at three quarters, before what others have there would go", () => {
  const { store, flood } = toolCore();
  expect(store("quiet")).toBe(true);
  expect(flood("noisy")).toBe(74);
  expect(flood("noisy")).toBe(0);
  expect([1, 2, 3].map(() => store("quiet"))).toEqual([true, true, true]);
});

// Mutants: usage that never ages; a weight that is left out of what is asked.
test("what is too old to be there counts no more, and who counts for more has more", () => {
  const { flood, pass } = toolCore();
  const first = flood("noisy");
  pass(20 * MINUTE_MS);
  expect(flood("noisy")).toBe(0);
  pass(12 * MINUTE_MS);
  expect(flood("noisy")).toBe(first);
  const plans = toolCore();
  const heavy = plans.flood("heavy", 4);
  expect(heavy).toBeGreaterThan(90);
  expect(plans.flood("light")).toBeGreaterThan(2);
});
