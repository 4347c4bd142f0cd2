import type { ProcessPlan } from "./supervise-process.ts";

export interface BubblewrapSetup {
  /** Paths of the programs. */
  bwrap: string;
  prlimit: string;
  python: string;
  /** Folders beyond /usr that Python needs, seen read-only. */
  pythonFolders: readonly string[];
  /** Some hosts refuse a fresh /proc; Python does without. */
  mountsProc: boolean;
  /** Runs get real users from here up, one per slot; undefined: the server's own (it is not root). */
  firstUid: number | undefined;
}

export interface ScriptToRun {
  id: string;
  text: string;
  flags: readonly string[];
  timeoutMs: number;
  slot: number;
}

const MIB = 1024 * 1024;
const NOBODY = "65534";
const SCRATCH_BYTES_MAX = 64 * MIB;

/** Per process, set inside the sandbox, so that processes are counted per run. */
const LIMITS = {
  nproc: 64,
  as: 1024 * MIB,
  fsize: 64 * MIB,
  nofile: 256,
  core: 0,
};

const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/bin:/bin",
  HOME: "/scratch",
  TMPDIR: "/tmp",
  LANG: "C.UTF-8",
  PYTHONDONTWRITEBYTECODE: "1",
};

/**
 * How to run a script so that it can harm nobody: every namespace its own (no
 * network, no other processes, no users beyond its own), the system read-only,
 * two small scratch folders in memory that go with it, an environment of five
 * variables, limits on processes, memory, files and time. The script's text
 * comes through a pipe: what runs is what was read and hashed.
 */
export function bubblewrapPlan(setup: BubblewrapSetup, script: ScriptToRun): ProcessPlan {
  const path = `/script/${script.id.replace(/[^\w.-]/g, "_")}.py`;
  const cpuSeconds = Math.ceil(script.timeoutMs / 1000) + 1;
  return {
    command: setup.bwrap,
    args: [
      ...isolation(),
      ...fileSystem(setup, path),
      "--chdir",
      "/scratch",
      "--json-status-fd",
      "4",
      "--",
      setup.prlimit,
      ...Object.entries(LIMITS).map(([name, value]) => `--${name}=${value}`),
      `--cpu=${cpuSeconds}`,
      "--",
      setup.python,
      "-I",
      "-B",
      path,
      ...script.flags,
    ],
    env: {},
    uid: setup.firstUid === undefined ? undefined : setup.firstUid + script.slot,
    script: script.text,
    reportsStatus: true,
  };
}

function isolation(): string[] {
  return [
    "--unshare-all",
    "--unshare-user",
    "--disable-userns",
    "--uid",
    NOBODY,
    "--gid",
    NOBODY,
    "--hostname",
    "sandbox",
    "--die-with-parent",
    "--new-session",
    "--clearenv",
    ...Object.entries(ENVIRONMENT).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}

function fileSystem(setup: BubblewrapSetup, scriptPath: string): string[] {
  const size = String(SCRATCH_BYTES_MAX);
  const readOnly = ["/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives"];
  return [
    "--ro-bind",
    "/usr",
    "/usr",
    ...readOnly.flatMap((path) => ["--ro-bind-try", path, path]),
    ...setup.pythonFolders.flatMap((path) => ["--ro-bind", path, path]),
    ...(setup.mountsProc ? ["--proc", "/proc"] : []),
    "--dev",
    "/dev",
    // Every place one can write to has a size: memory is the machine's.
    ...["/dev/shm", "/tmp", "/scratch"].flatMap((path) => ["--size", size, "--tmpfs", path]),
    "--ro-bind-data",
    "3",
    scriptPath,
    "--remount-ro",
    "/dev",
    "--remount-ro",
    "/",
  ];
}
