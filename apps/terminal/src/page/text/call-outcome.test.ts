import { expect, it } from "vitest";
import { callOutcome } from "./call-outcome.ts";

const run = (status: string) => ({ status, metadata: { durationMs: 1, exitCode: 3 } });

it("takes how a run ended from the run, whatever the call says", () => {
  // Fails when `ok` alone decides.
  expect(callOutcome({ ok: true, result: run("error") })).toBe("failed");
  expect(callOutcome({ ok: true, result: run("success") })).toBe("ok");
  expect(callOutcome({ ok: true, result: run("ready") })).toBe("ok");
});

it("tells what was stopped from what failed", () => {
  const error = { message: "Stopped.", retryable: false };
  expect(callOutcome({ ok: false, error: { code: "cancelled", ...error } })).toBe("stopped");
  expect(callOutcome({ ok: false, error: { code: "internal", ...error } })).toBe("failed");
  expect(callOutcome({ ok: false })).toBe("failed");
});

it("is not misled by data that has a status of its own", () => {
  expect(callOutcome({ ok: true, result: { status: "error", rows: [] } })).toBe("ok");
});
