import { eventually, temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { endsWithin, leftIn, SAYS_WITHIN_MS, startCommand } from "./start-command.ts";
import type { Mode } from "./start-mode.ts";

/** The grace of a start that is stopped is five seconds; the rest is a busy machine's. */
const GONE_WITHIN_MS = 10_000;

/** A child that was told to go may need a moment on a busy machine. */
async function nothingLeftIn(directory: string): Promise<void> {
  await eventually(() => expect(leftIn(directory)).toEqual([]), { withinMs: GONE_WITHIN_MS });
}

const MOMENTS: readonly [Mode, string, NodeJS.Signals][] = [
  ["embedded", "preparing terminal page", "SIGINT"],
  ["embedded", "preparing kiwi", "SIGTERM"],
  ["embedded", "preparing router", "SIGINT"],
  ["embedded", "preparing router", "SIGTERM"],
  ["embedded", "preparing orchestrator", "SIGHUP"],
  ["embedded", "preparing gateway", "SIGINT"],
  ["distributed", "preparing nats-server", "SIGTERM"],
  ["distributed", "preparing gateway", "SIGINT"],
];

// Mutant: a lifecycle whose start goes on after a stop, or a process that waits for it to end.
test.each(MOMENTS)(
  "%s, while %s: %s ends it, and all it started",
  async (mode, moment, signal) => {
    await using directory = await temporaryDirectory();
    const { child, untilSaid } = await startCommand(mode, directory.path);
    await untilSaid(moment);
    child.kill(signal);
    await endsWithin(child, GONE_WITHIN_MS);
    await nothingLeftIn(directory.path);
  },
  90_000,
);

test.each(["embedded", "distributed"] as const)(
  "%s: what was stopped while it started starts again on the same state",
  async (mode) => {
    await using directory = await temporaryDirectory();
    for (const moment of ["preparing router", "Lilux is ready"]) {
      const { child, untilSaid } = await startCommand(mode, directory.path);
      await untilSaid(moment);
      child.kill("SIGTERM");
      await endsWithin(child, SAYS_WITHIN_MS);
    }
    await nothingLeftIn(directory.path);
  },
  150_000,
);

// Mutants: a distributed start that does not lock its state folder; a bus that logs what its start says anyway.
test.each(["embedded", "distributed"] as const)(
  "%s: a second start on the state of a running one says so in a sentence, and ends with status 1",
  async (mode) => {
    await using directory = await temporaryDirectory();
    const first = await startCommand(mode, directory.path);
    await first.untilSaid("Lilux is ready");
    const second = await startCommand(mode, directory.path);
    await second.untilSaid("lilux: cannot start. Process");
    await endsWithin(second.child, GONE_WITHIN_MS);
    expect(second.child.exitCode).toBe(1);
    expect(second.said()).not.toMatch(/"stack"|\n\s+at /);
    first.child.kill("SIGTERM");
    await endsWithin(first.child, SAYS_WITHIN_MS);
    expect(first.child.exitCode).toBe(0);
  },
  150_000,
);
