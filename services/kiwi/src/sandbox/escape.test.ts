import { execFile } from "node:child_process";
import { arch } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
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

async function probeAs(uid: number): Promise<ProbeReport> {
  const program = fileURLToPath(new URL("../testing/probe-sandbox.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", program], {
    env: { LILUX_PROBE_SECRET: "s3cret", PATH: "/usr/bin:/bin", HOME: "/" },
    cwd: "/",
    ...(uid === process.getuid?.() ? {} : { uid, gid: uid }),
    timeout: 90_000,
  });
  return JSON.parse(stdout) as ProbeReport;
}

describeInSandbox("the sandbox, tried by a script that wants out", () => {
  const users = isRoot ? [0, NOBODY] : [process.getuid?.() ?? -1];
  if (!isRoot) process.stderr.write("SKIPPED: the probes as root: the tests do not run as root\n");

  // Mutants, each tried: drop `--seccomp`, `--unshare-all`, `--clearenv`'s successor (pass our own
  // environment), `--remount-ro /`, or the covering of inherited descriptors: probes get through.
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
    const memory = { name: "none", holdsFromStart: false, open: () => freeGuard() };
    const found = await selfTest(bubblewrapRunner({ setup, memory, sharesUid: false }));
    expect(found).toMatch(/lacks Seccomp|system call/);
  });
});

async function freeGuard() {
  return {
    attach: async () => undefined,
    exceeded: async () => false,
    close: async () => undefined,
  };
}
