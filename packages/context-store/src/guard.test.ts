import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createGuard } from "./guard.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = (): Promise<never> => new Promise(() => undefined);

// Mutant: run() that awaits the work without racing it against the deadline.
test("a server that is silent is tried by a few, and the others hear so at once", async () => {
  const guard = createGuard({ deadlineMs: 25, onHung: () => undefined });
  const first = guard.run(never);
  await vi.advanceTimersByTimeAsync(25);
  expect(await first).toEqual({ came: false });
  let asked = 0;
  const ask = (): Promise<never> => {
    asked += 1;
    return never();
  };
  const calls = Array.from({ length: 100 }, () => guard.run(ask));
  await vi.advanceTimersByTimeAsync(25);
  await Promise.all(calls);
  expect(asked).toBe(4);
  expect(await guard.run(async () => "back")).toEqual({ came: true, value: "back" });
  expect(guard.answering()).toBe(true);
});

test("a second of silence asks for a new connection, and an answer calls that off", async () => {
  const onHung = vi.fn();
  const guard = createGuard({ deadlineMs: 25, onHung });
  const pass = async (work: () => Promise<unknown>, rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      const call = guard.run(work);
      await vi.advanceTimersByTimeAsync(25);
      await call;
    }
  };
  await pass(never, 30);
  await pass(async () => "answer", 1);
  await pass(never, 30);
  expect(onHung).not.toHaveBeenCalled();
  await pass(never, 20);
  expect(onHung).toHaveBeenCalledTimes(1);
});
