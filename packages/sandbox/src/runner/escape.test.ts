import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { arch } from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeInSandbox } from "../testing/describe-in-sandbox.ts";
import { bubblewrapRunner } from "./bubblewrap-runner.ts";
import { openSandbox } from "./open-sandbox.ts";
import { selfTest } from "./self-test.ts";

interface ProbeReport {
  uid: number;
  openedMs: number;
  unavailable?: string;
  exitCode?: number;
  logs?: string[];
  results?: Record<string, { refused: boolean; how: string }>;
}

const NOBODY = 65_534;
/** Six of the probes are about calls that only x86-64 has. */
const PROBES = arch === "x64" ? 128 : 122;
const isRoot = process.getuid?.() === 0;

/** The service is started by somebody careless, who leaves it a file that is open. */
const LEFT_OPEN_FD = 20;

async function probeAs(uid: number): Promise<ProbeReport> {
  const program = fileURLToPath(new URL("../testing/probe-sandbox.ts", import.meta.url));
  const leftOpen = openSync("/etc/passwd", "r");
  const child = spawn(process.execPath, ["--no-warnings", program], {
    env: { LILUX_PROBE_SECRET: "s3cret", PATH: "/usr/bin:/bin", HOME: "/" },
    cwd: "/",
    ...(uid === process.getuid?.() ? {} : { uid, gid: uid }),
    stdio: Array.from({ length: LEFT_OPEN_FD + 1 }, (_, fd) => {
      if (fd === LEFT_OPEN_FD) return leftOpen;
      return fd === 1 ? "pipe" : "ignore";
    }),
    timeout: 90_000,
  });
  closeSync(leftOpen);
  if (child.stdout === null) throw new Error("no output to read");
  return JSON.parse(await text(child.stdout)) as ProbeReport;
}

describeInSandbox("the sandbox, tried by a script that wants out", () => {
  const users = isRoot ? [0, NOBODY] : [process.getuid?.() ?? -1];
  if (!isRoot) process.stderr.write("SKIPPED: the probes as root: the tests do not run as root\n");

  // Mutants, each tried: drop `--seccomp` or `--remount-ro /`, or pass our own environment on, and
  // the self-test refuses it; leave inherited descriptors uncovered, and a probe reads one.
  it.each(users)("holds against every probe when the service's user id is %i", async (uid) => {
    const report = await probeAs(uid);
    expect(report).toMatchObject({ uid, exitCode: 0 });
    const results = report.results ?? {};
    const through = Object.entries(results).filter(([, { refused }]) => !refused);
    expect(through).toEqual([]);
    expect(Object.keys(results)).toHaveLength(PROBES);
  });

  // Mutant: let the self-test skip its system calls, and it trusts a sandbox without a filter.
  it("trusts no sandbox without a filter", async () => {
    const opened = await openSandbox({
      path: "/usr/bin:/bin",
      uid: process.getuid?.() ?? -1,
      memoryBytesMax: 2 ** 29,
    });
    if (!opened.available) throw new Error(opened.reason);
    const setup = { ...opened.setup, filter: undefined };
    const memory = { holder: "watchdog", bytesMax: 2 ** 29 } as const;
    const found = await selfTest(bubblewrapRunner({ setup, memory, sharesUid: false }));
    expect(found).toMatch(/lacks Seccomp|system call/);
  });
});
