import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { lockDirectory } from "./lock-directory.ts";
import { identifyProcess, isProcessRunning } from "./process-identity.ts";

const RIVALS = 6;
const STALE = JSON.stringify({ pid: 2 ** 30, startedAt: "1" });

async function startRival(directory: string): Promise<ChildProcess> {
  const rival = fork(new URL("./testing/claim-directory.ts", import.meta.url), [directory]);
  onTestFinished(() => void rival.kill("SIGKILL"));
  await once(rival, "message");
  return rival;
}

// Mutants: removeStale without its guard; without the second look.
test("of many that find a stale claim at once, one gets the folder", async () => {
  await using directory = await temporaryDirectory();
  const rivals = await Promise.all(
    Array.from({ length: RIVALS }, () => startRival(directory.path)),
  );
  await writeFile(join(directory.path, "lock"), STALE);
  const said = rivals.map(async (rival) => {
    const [answer] = await once(rival, "message");
    return answer as string;
  });
  for (const rival of rivals) rival.send("claim");
  const answers = await Promise.all(said);
  expect(answers.filter((answer) => answer === "held")).toEqual(["held"]);
  expect(await readdir(directory.path)).toEqual(["lock"]);
});

// Mutant: leaving `hasEnded` out of isProcessRunning.
test("a claim of a process that ended unnoticed by its parent (a zombie) is taken over", async () => {
  await using directory = await temporaryDirectory();
  // A shell that becomes a program which never asks after its children.
  const parent = spawn("/bin/sh", ["-c", "sh -c 'echo $$' & exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const [line] = await once(parent.stdout, "data");
  const zombie = Number(String(line));
  await eventually(
    async () => expect(await readFile(`/proc/${zombie}/stat`, "utf8")).toMatch(/\) Z /),
    { withinMs: 20_000 },
  );
  await writeFile(join(directory.path, "lock"), JSON.stringify(identifyProcess(zombie)));
  const release = await lockDirectory(directory.path);
  await release();
  expect(await readdir(directory.path)).toEqual([]);
});

test("the holder is named with what it holds, and its release lets the next one in", async () => {
  await using directory = await temporaryDirectory();
  const release = await lockDirectory(directory.path, "state folder");
  expect(isProcessRunning(identifyProcess(process.pid))).toBe(true);
  await expect(lockDirectory(directory.path, "state folder")).rejects.toThrow(
    `Process ${process.pid} already uses the state folder.`,
  );
  await release();
  await (await lockDirectory(directory.path))();
});
