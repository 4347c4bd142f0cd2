import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDeadline, untilAborted } from "./deadline.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("an open deadline ends its work in time, by the name of what happened", async () => {
  const { signal } = openDeadline(80);
  const waiting = untilAborted(new Promise(() => undefined), signal);
  const outcome = waiting.catch((error: { code: string }) => error.code);
  vi.advanceTimersByTime(79);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(await outcome).toBe("deadline_exceeded");
});

test("one that was taken back leaves no timer and never ends its signal", () => {
  // Mutant: `clearTimeout` left out of `end`.
  const deadline = openDeadline(80);
  deadline.end();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(deadline.signal.aborted).toBe(false);
});

test("a caller's cancel ends it at once, before and after it was opened, and not once it is over", async () => {
  const caller = new AbortController();
  const running = openDeadline(80, caller.signal);
  const over = openDeadline(80, caller.signal);
  over.end();
  caller.abort();
  expect(over.signal.aborted).toBe(false);
  for (const { signal } of [running, openDeadline(80, caller.signal)]) {
    const waiting = untilAborted(new Promise(() => undefined), signal);
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
  }
});
