import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { forgetSet, recordSet, untilEarlierSetIsGone } from "./earlier-set.ts";

const SILENT = { warn: () => undefined };

function sleeper() {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

// Mutant: a start that does not ask for the earlier set puts two bus servers on one folder.
test("processes of an earlier set that do not go are named; a start waits for those that do", async () => {
  await using directory = await temporaryDirectory();
  const child = sleeper();
  recordSet(directory.path, [child.pid ?? 0], SILENT);
  await expect(untilEarlierSetIsGone(directory.path, { withinMs: 20_000 })).rejects.toThrow(
    `Processes of an earlier start still use the state folder: ${child.pid}.`,
  );
  const waiting = untilEarlierSetIsGone(directory.path, { withinMs: 10_000 });
  child.kill("SIGKILL");
  await waiting;
});

test("a record of processes that are gone, of others with their numbers, or torn, holds nobody up", async () => {
  await using directory = await temporaryDirectory();
  const { pid } = sleeper();
  const record = (text: string): void =>
    writeFileSync(join(directory.path, "processes.json"), text);
  for (const text of [
    JSON.stringify([{ pid, startedAt: "1" }]),
    JSON.stringify([{ pid: 2 ** 30, startedAt: "1" }]),
    '[{"pid":',
    "{}",
  ]) {
    record(text);
    await untilEarlierSetIsGone(directory.path, { withinMs: 20_000 });
  }
  recordSet(directory.path, [pid ?? 0], SILENT);
  forgetSet(directory.path);
  await untilEarlierSetIsGone(directory.path, { withinMs: 20_000 });
});

// Mutant: `recordSet` that throws: the supervisor would end with what it was to start again.
test("where the record cannot be written, that is said and what runs goes on", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "no-folder");
  writeFileSync(file, "");
  const told: string[] = [];
  recordSet(file, [process.pid], { warn: (_fields: object, text: string) => void told.push(text) });
  expect(told).toEqual(["it could not be written down which processes run"]);
});
