import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { identifyProcess, isProcessRunning } from "@lilux/bus";
import { eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";

const GONE_WITHIN_MS = 15_000;

async function startSupervisor() {
  const supervisor = fork(new URL("../testing/watched-children.ts", import.meta.url));
  onTestFinished(() => void supervisor.kill("SIGKILL"));
  const [pids] = (await once(supervisor, "message")) as [number[]];
  const children = pids.map(identifyProcess);
  onTestFinished(() => {
    for (const child of children) if (isProcessRunning(child)) process.kill(child.pid, "SIGKILL");
  });
  return { supervisor, running: () => children.filter(isProcessRunning).length };
}

/** The shell that watches. */
function watchOf({ pid }: ChildProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const isWatch = (child: string): boolean =>
    readFileSync(`/proc/${child}/cmdline`, "utf8").includes("orphan-watch");
  return Number(children.find(isWatch));
}

// Mutants: a supervisor that never calls update(); a watch without SIGKILL.
test("children of a supervisor that is killed end, the stubborn ones too", async () => {
  const { supervisor, running } = await startSupervisor();
  expect(running()).toBe(2);
  supervisor.kill("SIGKILL");
  await eventually(() => expect(running()).toBe(0), { withinMs: GONE_WITHIN_MS });
});

// Mutant: a watch that is not started again, or not told what the first one knew.
test("a watch that is killed is started again and told all that the first one knew", async () => {
  const { supervisor, running } = await startSupervisor();
  const first = watchOf(supervisor);
  process.kill(first, "SIGKILL");
  await eventually(() => expect(watchOf(supervisor)).toSatisfy((pid) => pid > 0 && pid !== first), {
    withinMs: 20_000,
  });
  supervisor.kill("SIGKILL");
  await eventually(() => expect(running()).toBe(0), { withinMs: GONE_WITHIN_MS });
});

test("an orderly end leaves alone what its owner lets run", async () => {
  const { supervisor, running } = await startSupervisor();
  const watch = identifyProcess(watchOf(supervisor));
  supervisor.send("close");
  await eventually(() => expect(isProcessRunning(watch)).toBe(false), { withinMs: 20_000 });
  expect(running()).toBe(2);
});
