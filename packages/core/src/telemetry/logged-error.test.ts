import { LiluxError } from "@lilux/protocol";
import { expect, test } from "vitest";
import { SILENT_LOG } from "./log.ts";
import { loggedError } from "./logged-error.ts";

function writing() {
  const lines: object[] = [];
  const logger = { ...SILENT_LOG, error: (fields: object) => void lines.push(fields) };
  return { lines, line: { logger, message: "call failed", fields: { call: "search" } } };
}

test("whatever is thrown that is not ours becomes internal, and its cause is in the log", () => {
  const { lines, line } = writing();
  const cause = new RangeError("a delay out of range");
  expect(loggedError(cause, line).code).toBe("internal");
  expect(lines).toEqual([{ call: "search", err: cause }]);
});

test("an error that passes several doors is logged by the first", () => {
  const { lines, line } = writing();
  loggedError(loggedError(new LiluxError("internal", { cause: "odd" }), line), line);
  expect(lines).toHaveLength(1);
});

test("an error that says what is wrong with the request is no fault of ours, and no line", () => {
  const { lines, line } = writing();
  expect(loggedError(new LiluxError("item_not_found"), line).code).toBe("item_not_found");
  expect(lines).toEqual([]);
});

test("a peer's internal is in the peer's log; a code nobody here knows is in ours", () => {
  const { lines, line } = writing();
  const sent = new LiluxError("internal", { cause: new Error("there") }).toBody();
  loggedError(LiluxError.fromBody(sent), line);
  expect(lines).toEqual([]);
  const strange = { code: "of_a_newer_peer", message: "It did not work.", retryable: false };
  expect(loggedError(LiluxError.fromBody(strange), line).code).toBe("internal");
  expect(JSON.stringify(lines, errors)).toContain("of_a_newer_peer");
});

function errors(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
