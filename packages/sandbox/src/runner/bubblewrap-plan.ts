import type { ProcessPlan } from "../processes/process-plan.ts";
import type { PythonFacts } from "./python-facts.ts";
import { RELAY } from "./relay.ts";
import {
  CERTIFICATE_FILES,
  PROCESS_LIMITS,
  runAndCollect,
  SANDBOX_PATHS,
  SCRATCH_BYTES_MAX,
  scriptPathOf,
  throughRelay,
  variablesOf,
} from "./sandbox-paths.ts";
import type { ScriptAccess, ScriptRequest } from "./script-runner.ts";

import { type VenvFiles, venvFiles } from "./venv-files.ts";

export interface BubblewrapSetup {
  /** Paths of the programs. */
  bwrap: string;
  prlimit: string;
  python: PythonFacts;
  /** Some hosts refuse a fresh /proc; Python does without. */
  mountsProc: boolean;
  /** Runs get real users from here up, one per slot; undefined: the server's own (it is not root). */
  firstUid: number | undefined;
  /** The seccomp program; undefined only to measure what it costs. */
  filter: Buffer | undefined;
  /** Whether the script waits until its process was put under its limits. */
  waitsForGuard: boolean;
}

const NOBODY = "65534";

/** File descriptors between us and bubblewrap. The sandboxed side keeps only the archive's. */
export const FD = {
  script: 3,
  status: 4,
  filter: 5,
  archive: 6,
  gate: 7,
  shared: 8,
  venvConfig: 9,
  venvPaths: 10,
  relay: 11,
} as const;

/**
 * How to run a script so that it can harm nobody: every namespace its own (no
 * network, no other processes, no users beyond its own), system calls filtered,
 * the system read-only, small scratch folders in memory that go with it, an
 * environment of a few variables, limits on processes, memory, files and time.
 * What was granted is bound in. The script's text comes through a pipe: what
 * runs is what was read and hashed.
 */
export function bubblewrapPlan(
  setup: BubblewrapSetup,
  script: ScriptRequest & { timeoutMs: number },
): ProcessPlan {
  const { access, proxySocket } = script;
  const venv = venvOf(setup, access);
  const cpuSeconds = Math.ceil(script.timeoutMs / 1000) + 1;
  return {
    command: setup.bwrap,
    args: [
      ...isolation(false),
      ...(setup.filter === undefined ? [] : ["--seccomp", String(FD.filter)]),
      ...systemFiles(setup),
      ...(proxySocket === undefined ? [] : wayOut(proxySocket)),
      ...grantedFiles(access),
      ...(venv === undefined ? [] : venvBinds(venv)),
      ...(access.shared === undefined ? [] : data(FD.shared, SANDBOX_PATHS.shared)),
      ...(access.packages === undefined
        ? []
        : ["--ro-bind", access.packages, SANDBOX_PATHS.packages]),
      ...data(FD.script, scriptPathOf(script.id)),
      ...["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", SANDBOX_PATHS.scratch],
      ...["--json-status-fd", String(FD.status)],
      ...(setup.waitsForGuard ? ["--block-fd", String(FD.gate)] : []),
      ...["--", setup.prlimit],
      ...Object.entries(PROCESS_LIMITS).map(([name, value]) => `--${name}=${value}`),
      `--cpu=${cpuSeconds}`,
      ...["--", "/bin/sh", "-c", COLLECT, "sh"],
      ...(proxySocket === undefined ? [] : throughRelay(setup.python.executable)),
      venv === undefined ? setup.python.executable : inVenv(venv.interpreter.path),
      ...["-I", "-B", scriptPathOf(script.id)],
      ...script.flags,
    ],
    env: variablesOf(script),
    uid: setup.firstUid === undefined ? undefined : setup.firstUid + script.slot,
    inputs: {
      [FD.script]: script.text,
      ...(setup.filter === undefined ? {} : { [FD.filter]: setup.filter }),
      ...(access.shared === undefined ? {} : { [FD.shared]: access.shared }),
      ...(proxySocket === undefined ? {} : { [FD.relay]: RELAY }),
      ...(venv === undefined
        ? {}
        : { [FD.venvConfig]: venv.config.text, [FD.venvPaths]: venv.searchPaths.text }),
    },
    statusFd: FD.status,
    archiveFd: FD.archive,
    gateFd: setup.waitsForGuard ? FD.gate : undefined,
  };
}

const COLLECT = runAndCollect(SANDBOX_PATHS.output, { ownsNamespace: true });

/** The proxy's socket, and what hands connections to it. The network itself stays another one. */
function wayOut(proxySocket: string): string[] {
  return [
    ...CERTIFICATE_FILES.flatMap((path) => readOnlyIfThere(path)),
    ...["--ro-bind", proxySocket, SANDBOX_PATHS.proxy],
    ...data(FD.relay, SANDBOX_PATHS.relay),
  ];
}

function venvOf(
  { python }: BubblewrapSetup,
  { shared, packages }: ScriptAccess,
): VenvFiles | undefined {
  const paths = [
    ...(shared === undefined ? [] : [SANDBOX_PATHS.shared]),
    ...(packages === undefined ? [] : [SANDBOX_PATHS.packages]),
  ];
  return paths.length === 0 ? undefined : venvFiles(python, paths);
}

/** The environment is what bubblewrap itself is given, so that no value is on a command line. */
export function isolation(network: boolean): string[] {
  return [
    "--unshare-all",
    ...(network ? ["--share-net"] : []),
    "--unshare-user",
    "--disable-userns",
    ...["--uid", NOBODY, "--gid", NOBODY],
    ...["--hostname", "sandbox"],
    // No `--new-session`: the keeper starts bubblewrap in a session of its own, without a terminal, and what is
    // not its leader gets none. In one more session the script would no longer give way as it was told to.
    "--die-with-parent",
  ];
}

export function systemFiles({ python, mountsProc }: BubblewrapSetup): string[] {
  const size = String(SCRATCH_BYTES_MAX);
  const readOnly = ["/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives"];
  const writable = ["/dev/shm", "/tmp", SANDBOX_PATHS.scratch];
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...readOnly.flatMap((path) => readOnlyIfThere(path)),
    ...python.folders.flatMap((path) => ["--ro-bind", path, path]),
    ...(mountsProc ? ["--proc", "/proc"] : []),
    ...["--dev", "/dev"],
    ...writable.flatMap((path) => ["--size", size, "--tmpfs", path]),
    ...["--dir", SANDBOX_PATHS.output],
  ];
}

/** Outer folders first, so that what is bound inside them is seen; what is hidden, last. */
function grantedFiles({ files }: ScriptAccess): string[] {
  const ordered = [...files].sort((a, b) => a.to.length - b.to.length);
  const inside = (path: string): string =>
    path === "" ? SANDBOX_PATHS.project : `${SANDBOX_PATHS.project}/${path}`;
  return [
    ...ordered.flatMap(({ from, to, writable }) => [
      writable ? "--bind" : "--ro-bind",
      from,
      inside(to),
    ]),
    ...ordered.flatMap(({ hidden }) =>
      hidden.flatMap(({ path, isFolder }) =>
        isFolder
          ? ["--size", "4096", "--tmpfs", inside(path), "--remount-ro", inside(path)]
          : ["--ro-bind", "/dev/null", inside(path)],
      ),
    ),
  ];
}

function venvBinds({ interpreter, config, searchPaths }: VenvFiles): string[] {
  return [
    ...["--symlink", interpreter.target, inVenv(interpreter.path)],
    ...data(FD.venvConfig, inVenv(config.path)),
    ...data(FD.venvPaths, inVenv(searchPaths.path)),
  ];
}

function inVenv(path: string): string {
  return `${SANDBOX_PATHS.venv}/${path}`;
}

export function readOnlyIfThere(path: string): string[] {
  return ["--ro-bind-try", path, path];
}

export function data(fd: number, path: string): string[] {
  return ["--ro-bind-data", String(fd), path];
}
