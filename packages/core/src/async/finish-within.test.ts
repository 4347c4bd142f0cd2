import { expect, test } from "vitest";
import { finishWithin } from "./finish-within.ts";

const never = new Promise<void>(() => undefined);
const LONG_MS = 60_000;

test("work that is done in time is waited for, and its value is still there", async () => {
  const work = Promise.resolve(7);
  expect(await finishWithin(work, LONG_MS)).toBe(true);
  expect(await work).toBe(7);
});

test("late work is not waited for, whatever is left of the time", async () => {
  for (const ms of [0, 0.3, 1.7, -5]) expect(await finishWithin(never, ms)).toBe(false);
});

test("work that fails in time fails here, and late work that fails harms nobody", async () => {
  await expect(finishWithin(Promise.reject(new Error("no")), LONG_MS)).rejects.toThrow("no");
  const { promise, reject } = Promise.withResolvers<void>();
  expect(await finishWithin(promise, 0)).toBe(false);
  reject(new Error("late"));
  await new Promise((resolve) => setImmediate(resolve));
});

test("no timer is left behind by work that was in time", async () => {
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  await finishWithin(Promise.resolve(), LONG_MS);
  expect(timers()).toBe(before);
});
