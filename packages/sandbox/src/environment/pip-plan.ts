import type { ProcessPlan } from "../processes/process-plan.ts";
import {
  type BubblewrapSetup,
  data,
  FD,
  isolation,
  readOnlyIfThere,
  systemFiles,
} from "../runner/bubblewrap-plan.ts";
import { CERTIFICATE_FILES } from "../runner/sandbox-paths.ts";
import type { PipSettings } from "./pip-settings.ts";

export interface PipRun {
  /** After `pip install`. */
  args: readonly string[];
  requirements: string;
  constraints: string;
  /** A folder of the host that appears as `/staging`: `packages` and `tmp` lie in it. */
  staging: string;
  settings: PipSettings;
  timeoutMs: number;
}

/** Installing never runs as a user that scripts run as. */
export const INSTALLER_SLOT = 4_096;

/** What a name needs to be resolved. */
const RESOLVER_FILES = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"];
const MIB = 1024 * 1024;
const LIMITS = { nproc: 128, as: 4_096 * MIB, fsize: 1_024 * MIB, nofile: 512, core: 0 };

/**
 * pip in a sandbox of its own: the only one with the network and a folder of
 * the host to write to. It takes wheels alone, so that nothing of what it
 * fetches is run while it is installed.
 */
export function pipPlan(setup: BubblewrapSetup, run: PipRun): ProcessPlan {
  return {
    command: setup.bwrap,
    args: [
      ...isolation(true),
      ...(setup.filter === undefined ? [] : ["--seccomp", String(FD.filter)]),
      ...systemFiles(setup),
      ...[...RESOLVER_FILES, ...CERTIFICATE_FILES, ...run.settings.paths].flatMap((path) =>
        readOnlyIfThere(path),
      ),
      ...["--bind", run.staging, "/staging"],
      ...data(FD.venvConfig, "/requirements.txt"),
      ...data(FD.venvPaths, "/constraints.txt"),
      ...["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/staging"],
      ...["--json-status-fd", String(FD.status)],
      ...(setup.waitsForGuard ? ["--block-fd", String(FD.gate)] : []),
      ...["--", setup.prlimit],
      ...Object.entries(LIMITS).map(([name, value]) => `--${name}=${value}`),
      `--cpu=${Math.ceil(run.timeoutMs / 1000) + 1}`,
      ...["--", setup.python.executable, "-I", "-m", "pip", "install"],
      ...["--only-binary", ":all:", "--no-input", "--disable-pip-version-check"],
      ...["--no-cache-dir", "--ignore-installed", "--root-user-action", "ignore"],
      ...["--requirement", "/requirements.txt", ...run.args],
    ],
    env: {
      ...run.settings.variables,
      // Nothing of the system is touched: packages go to a folder of their own.
      PIP_BREAK_SYSTEM_PACKAGES: "1",
      PATH: "/usr/bin:/bin",
      HOME: "/staging/tmp",
      TMPDIR: "/staging/tmp",
      LANG: "C.UTF-8",
    },
    uid: setup.firstUid === undefined ? undefined : setup.firstUid + INSTALLER_SLOT,
    inputs: {
      [FD.venvConfig]: run.requirements,
      [FD.venvPaths]: run.constraints,
      ...(setup.filter === undefined ? {} : { [FD.filter]: setup.filter }),
    },
    statusFd: FD.status,
    gateFd: setup.waitsForGuard ? FD.gate : undefined,
  };
}
