import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { processKeeper } from "../processes/process-keeper.ts";
import { describePython } from "./describe-python.ts";
import { findProgram } from "./find-programs.ts";
import { type GvisorSetup, gvisorBundle } from "./gvisor-config.ts";
import type { SandboxOptions } from "./open-sandbox.ts";
import type { PythonFacts } from "./python-facts.ts";
import type { ScriptRunner } from "./script-runner.ts";
import { selfTest } from "./self-test.ts";

/** gVisor, if it is there and passes the same self-test; else why not. */
export async function openGvisor(
  options: SandboxOptions,
): Promise<
  | { available: true; runner: ScriptRunner; python: PythonFacts }
  | { available: false; reason: string }
> {
  const runsc = await findProgram("runsc", options.path, options.systemFolders);
  if (runsc === undefined) {
    const reason =
      "LILUX_SANDBOX=gvisor asks for gVisor, and runsc is not installed. Install it, or set LILUX_SANDBOX=bubblewrap";
    return { available: false, reason };
  }
  const program = await findProgram("python3", options.path);
  const python = program === undefined ? undefined : await describePython(program);
  if (python === undefined) return { available: false, reason: "python3 is not installed" };
  const { memoryBytesMax, uid } = options;
  const runner = gvisorRunner({ runsc, python, memoryBytesMax }, uid === 0);
  const reason = await selfTest(runner);
  if (reason === "") return { available: true, runner, python };
  return { available: false, reason: `gVisor was tried, and ${reason}` };
}

const ARCHIVE_FD = 6;
const DELETE_MS = 10_000;

function gvisorRunner(setup: GvisorSetup, isRoot: boolean): ScriptRunner {
  return {
    name: "gvisor",
    memory: `gVisor, ${Math.round(setup.memoryBytesMax / 1024 / 1024)} MiB`,
    runsAsOther: isRoot,
    async run(request, supervision) {
      const folder = await mkdtemp(join(tmpdir(), "lilux-gvisor-"));
      const id = `lilux-${randomBytes(8).toString("hex")}`;
      const { timeoutMs } = supervision;
      const shared = ["--root", join(folder, "state"), ...(isRoot ? [] : ["--rootless"])];
      try {
        await writeBundle(folder, gvisorBundle(setup, { ...request, timeoutMs }, folder));
        const end = await processKeeper.run(
          {
            command: setup.runsc,
            args: [
              ...shared,
              ...["--network", "none", "--overlay2", "root:memory"],
              // The proxy's socket is the host's; nothing else of the host is bound that one could connect to.
              ...(request.proxySocket === undefined ? [] : ["--host-uds", "open"]),
              ...["run", "--bundle", folder, "--pass-fd", `${ARCHIVE_FD}:${ARCHIVE_FD}`, id],
            ],
            env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
            archiveFd: ARCHIVE_FD,
          },
          supervision,
        );
        return { ...end, exitCode: end.exitCode ?? 137 };
      } finally {
        // Its processes are not in our group: they end by name.
        await promisify(execFile)(setup.runsc, [...shared, "delete", "--force", id], {
          timeout: DELETE_MS,
        }).catch(() => undefined);
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The root file system is empty: everything in it is mounted. */
async function writeBundle(
  folder: string,
  { config, files }: ReturnType<typeof gvisorBundle>,
): Promise<void> {
  await chmod(folder, 0o755);
  await mkdir(join(folder, "rootfs"));
  for (const { name, bytes } of files) {
    await writeFile(join(folder, name), bytes, { mode: name === "nothing" ? 0o000 : 0o644 });
  }
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
}
