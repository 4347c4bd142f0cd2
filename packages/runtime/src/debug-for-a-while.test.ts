import { afterEach, expect, test, vi } from "vitest";
import { createLogger } from "./create-logger.ts";
import { debugForAWhile } from "./debug-for-a-while.ts";

afterEach(() => void vi.useRealTimers());

// Mutants: no timer; `pii` let through once the level is debug.
test("a running process tells everything for a while, without what was typed, and goes back by itself", () => {
  vi.useFakeTimers();
  const lines: string[] = [];
  const destination = { write: (text: string) => void lines.push(text) };
  const logger = createLogger({ service: "kiwi", level: "info", destination });
  const turnOver = debugForAWhile(logger, 60_000);
  logger.debug({}, "before");
  turnOver();
  logger.debug({ pii: { text: "a secret line" } }, "meanwhile");
  vi.advanceTimersByTime(60_000);
  logger.debug({}, "after");
  turnOver();
  turnOver();
  logger.debug({}, "turned over twice");
  const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toEqual([
    "log level changed for a while",
    "meanwhile",
    "log level is the usual one again",
    "log level changed for a while",
    "log level is the usual one again",
  ]);
  expect(lines.join("")).not.toContain("a secret line");
});
