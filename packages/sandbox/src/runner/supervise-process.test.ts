import { expect, test } from "vitest";
import { superviseProcess } from "./supervise-process.ts";

const STAYS = new AbortController().signal;

// Mutant: `start` without `giveWay`; the loop then goes on until its time limit.
test("a process gives way to others as far as it is told to, and what it begins does so too", async () => {
  const wait = 'while [ "$(nice)" != 9 ]; do sleep 0.05; done; echo "$(nice)"';
  const plan = { command: "/bin/sh", args: ["-c", wait], env: { PATH: "/usr/bin:/bin" } };
  const supervision = { timeoutMs: 60_000, signal: STAYS, onLine: () => undefined, niceness: 9 };
  const end = await superviseProcess(plan, supervision);
  expect(String(end.stdout)).toBe("9\n");
});
