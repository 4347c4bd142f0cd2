import { readFileSync } from "node:fs";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { endsWithin, leftIn, SAYS_WITHIN_MS, startCommand } from "./start-command.ts";

/** Services have 12 s to finish and servers 5 s more; what has nothing to finish is gone sooner. A busy machine takes longer for both. */
const GONE_WITHIN_MS = 60_000;
const PROCESSES = 7;

// Mutant: a supervisor without watchForOrphans.
test("kill -9 of the supervisor of a distributed Lilux leaves no process behind, not even a frozen one, and the next start works", async () => {
  await using directory = await temporaryDirectory();
  const { child, untilSaid } = await startCommand("distributed", directory.path);
  await untilSaid("Lilux is ready");
  expect(leftIn(directory.path).length).toBeGreaterThanOrEqual(PROCESSES);
  const [frozen] = pidsOf("services/context-warmer", directory.path);
  if (frozen !== undefined) process.kill(frozen, "SIGSTOP");
  expect(frozen).toBeDefined();
  child.kill("SIGKILL");
  // Started at once, while those of the first are still ending: it waits for them.
  const next = await startCommand("distributed", directory.path);
  await next.untilSaid("Lilux is ready");
  next.child.kill("SIGTERM");
  await endsWithin(next.child, SAYS_WITHIN_MS);
  expect(next.child.exitCode).toBe(0);
  await eventually(() => expect(leftIn(directory.path)).toEqual([]), { withinMs: GONE_WITHIN_MS });
}, 480_000);

// Mutant: SIGHUP missing from UP_SIGNALS, or children in the terminal's group.
test("a terminal that is closed takes all of a distributed Lilux with it", async () => {
  await using directory = await temporaryDirectory();
  // `script` gives it a terminal of its own, and takes it away when it is killed.
  const { child, untilSaid } = await startCommand("distributed", directory.path, {
    terminal: true,
  });
  await untilSaid("Lilux is ready");
  child.kill("SIGKILL");
  await eventually(() => expect(leftIn(directory.path)).toEqual([]), { withinMs: GONE_WITHIN_MS });
}, 240_000);

function pidsOf(part: string, state: string): number[] {
  return leftIn(state)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(part))
    .map(Number);
}
