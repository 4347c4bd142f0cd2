import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { eventually } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { createProcessKeeper, type ProcessKeeper } from "./process-keeper.ts";
import type { ProcessEnd, Supervision } from "./process-plan.ts";

const STAYS: Supervision = {
  timeoutMs: 60_000,
  signal: new AbortController().signal,
  onLine: () => undefined,
};

function shell(
  keeper: ProcessKeeper,
  program: string,
  supervision: Partial<Supervision> = {},
): Promise<ProcessEnd> {
  const plan = { command: "/bin/sh", args: ["-c", program], env: { PATH: "/usr/bin:/bin" } };
  return keeper.run(plan, { ...STAYS, ...supervision });
}

function sharesBySession(): boolean {
  const hasFile = existsSync("/proc/self/autogroup");
  if (!hasFile) process.stderr.write("SKIPPED: this system does not share processors by session\n");
  return hasFile && process.getuid?.() === 0;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a process keeper", () => {
  // Mutant: `start` without `giveWay`; the loop then goes on until its time limit.
  it("makes a process give way to others as far as it is told to, and what it begins too", async () => {
    const wait = 'while [ "$(nice)" != 9 ]; do sleep 0.05; done; echo "$(nice)"';
    const end = await shell(createProcessKeeper(), wait, { niceness: 9 });
    expect(String(end.stdout)).toBe("9\n");
  });

  // Mutant: leave out `setSessionPriority`. Not for who is not root: then Linux takes one such wish in 100 ms, of all users.
  it.skipIf(!sharesBySession())(
    "makes its whole session give way where processors are shared by session",
    async () => {
      const wait =
        "while ! grep -q 'nice 9' /proc/self/autogroup; do sleep 0.05; done; cat /proc/self/autogroup";
      const end = await shell(createProcessKeeper(), wait, { niceness: 9 });
      expect(String(end.stdout)).toContain(" nice 9");
      expect(readFileSync("/proc/self/autogroup", "utf8")).not.toContain(" nice 9");
    },
  );

  // Mutant: leave `env: {}` out of `fork`.
  it("starts them from a process that has nothing of the service's variables", async () => {
    process.env["KEEPER_TEST_SECRET"] = "s3cret";
    try {
      const end = await shell(createProcessKeeper(), "tr '\\0' '\\n' < /proc/$PPID/environ");
      expect(String(end.stdout)).not.toContain("s3cret");
      expect(String(end.stdout).trim().split("\n")).toEqual([
        expect.stringMatching(/^NODE_CHANNEL_/),
        expect.stringMatching(/^NODE_CHANNEL_/),
      ]);
    } finally {
      delete process.env["KEEPER_TEST_SECRET"];
    }
  });

  it("runs several at once, each with its own lines and its own end", async () => {
    const keeper = createProcessKeeper();
    const lines: string[][] = [[], [], []];
    const ends = lines.map((said, index) =>
      shell(keeper, `echo said ${index} >&2; echo ${index}; exit ${index}`, {
        onLine: (line) => said.push(line),
      }),
    );
    const codes = (await Promise.all(ends)).map(({ exitCode, stdout }) => [exitCode, `${stdout}`]);
    expect(codes).toEqual([0, 1, 2].map((index) => [index, `${index}\n`]));
    expect(lines).toEqual([["said 0"], ["said 1"], ["said 2"]]);
  });

  it("ends one at its time, at the caller's wish, or for what it prints, and no other", async () => {
    const keeper = createProcessKeeper();
    const cancel = new AbortController();
    const onLine = (): void => cancel.abort();
    const other = shell(keeper, "sleep 300", { timeoutMs: 1_000 });
    const cancelled = shell(keeper, "echo up >&2; sleep 300", { signal: cancel.signal, onLine });
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    await expect(other).rejects.toMatchObject({ code: "script_timeout" });
    await expect(shell(keeper, "yes")).rejects.toMatchObject({ code: "script_output_too_large" });
    expect(String((await shell(keeper, "echo well")).stdout)).toBe("well\n");
  });

  it("tells of a program that is not there", async () => {
    const run = createProcessKeeper().run({ command: "/no/such", args: [], env: {} }, STAYS);
    await expect(run).rejects.toThrow(/ENOENT/);
  });

  // Mutant: leave out `onGone`; the next run is then asked of the dead one, and never ends.
  it("that died takes its runs with it, says so, and is there again for the next", async () => {
    const keeper = createProcessKeeper();
    const lost = shell(keeper, "echo $PPID >&2; exec sleep 300", {
      onLine: (line) => process.kill(Number(line), "SIGKILL"),
    });
    await expect(lost).rejects.toMatchObject({ code: "sandbox_unavailable" });
    expect(String((await shell(keeper, "echo well")).stdout)).toBe("well\n");
  });

  // Mutants: let it end at SIGTERM, or stay when its asker is gone.
  it("stays while its asker is there, and goes with it, with what it ran", async () => {
    const asker = fork(new URL("../testing/run-in-keeper.ts", import.meta.url));
    const [[script, keeper]] = (await once(asker, "message")) as [[number, number]];
    expect([isAlive(script), isAlive(keeper)]).toEqual([true, true]);
    asker.kill("SIGKILL");
    await eventually(() => expect([isAlive(script), isAlive(keeper)]).toEqual([false, false]), {
      withinMs: 30_000,
    });
  });
});
