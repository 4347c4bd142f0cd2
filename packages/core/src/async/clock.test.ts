import { expect, test } from "vitest";
import { SYSTEM_CLOCK } from "./clock.ts";

const never = new AbortController().signal;

test("a sleep of a part of a millisecond ends, and one that is cut short ends at once", async () => {
  await SYSTEM_CLOCK.sleep(0.3, never);
  const stop = new AbortController();
  const long = SYSTEM_CLOCK.sleep(60_000, stop.signal);
  stop.abort();
  await long;
  await SYSTEM_CLOCK.sleep(60_000, AbortSignal.abort());
});

test("one reading is of the calendar, the other only goes forward", () => {
  expect(new Date(SYSTEM_CLOCK.unix()).getUTCFullYear()).toBeGreaterThan(2024);
  const first = SYSTEM_CLOCK.monotonic();
  expect(SYSTEM_CLOCK.monotonic()).toBeGreaterThanOrEqual(first);
});
