import { expect, test } from "vitest";
import { createLogger } from "./create-logger.ts";

test("a line of the log is JSON in which nothing is obeyed by a terminal that shows it", () => {
  const lines: string[] = [];
  const destination = { write: (text: string) => void lines.push(text) };
  const logger = createLogger({ service: "kiwi", level: "info", destination });
  const path = "\u001b]0;owned\u0007\u009b31m\u202egnp.exe\u2066\u200f";
  logger.info({ path, err: new Error(path) }, "library changed");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  expect(lines[0]).not.toMatch(/[\p{Cc}--\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/v);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ path, err: { message: path } });
});
