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

export interface GvisorSetup {
  /** The path of the program. */
  runsc: string;
  python: PythonFacts;
  memoryBytesMax: number;
}

/** What is written into a bundle's folder before it is run. */
export interface GvisorBundle {
  /** The OCI runtime configuration. */
  config: object;
  files: { name: string; bytes: string | Buffer }[];
}

interface Mount {
  destination: string;
  type: string;
  source: string;
  options: string[];
}

const NOBODY = 65_534;

/** A file of the bundle, and where it appears; nowhere by itself when that is empty. */
interface BundleFile {
  name: string;
  to: string;
  bytes: string | Buffer;
}

/**
 * The same machine as bubblewrap's, as an OCI bundle for gVisor: the script
 * talks to a kernel in user space, and only that to the real one. `folder` is
 * where the bundle will lie. Pure.
 */
export function gvisorBundle(
  setup: GvisorSetup,
  script: ScriptRequest & { timeoutMs: number },
  folder: string,
): GvisorBundle {
  const { access, proxySocket } = script;
  const venv = venvOf(setup.python, access);
  const interpreter = venv === undefined ? setup.python.executable : inVenv(venv.interpreter.path);
  const files = filesOf(script, venv);
  const shown = files.filter(({ to }) => to !== "");
  return {
    files,
    config: {
      ociVersion: "1.0.2",
      root: { path: "rootfs", readonly: true },
      hostname: "sandbox",
      process: processOf(script, interpreter, setup.python),
      mounts: [
        { destination: "/proc", type: "proc", source: "proc", options: [] },
        ...["/tmp", "/dev/shm", SANDBOX_PATHS.scratch].map((path) => scratchMount(path)),
        ...systemFolders(setup.python).map((path) => bind(path, path, false)),
        ...projectMounts(access, folder),
        ...(access.packages === undefined
          ? []
          : [bind(access.packages, SANDBOX_PATHS.packages, false)]),
        ...(proxySocket === undefined
          ? []
          : [
              ...CERTIFICATE_FILES.map((path) => bind(path, path, false)),
              bind(proxySocket, SANDBOX_PATHS.proxy, false),
            ]),
        ...(venv === undefined ? [] : [bind(setup.python.executable, interpreter, false)]),
        ...shown.map(({ name, to }) => bind(`${folder}/${name}`, to, false)),
      ],
      linux: {
        namespaces: ["pid", "ipc", "uts", "mount", "network"].map((type) => ({ type })),
        resources: { memory: { limit: setup.memoryBytesMax } },
      },
    },
  };
}

function venvOf(python: PythonFacts, { shared, packages }: ScriptAccess): VenvFiles | undefined {
  const paths = [
    ...(shared === undefined ? [] : [SANDBOX_PATHS.shared]),
    ...(packages === undefined ? [] : [SANDBOX_PATHS.packages]),
  ];
  return paths.length === 0 ? undefined : venvFiles(python, paths);
}

function inVenv(path: string): string {
  return `${SANDBOX_PATHS.venv}/${path}`;
}

function systemFolders(python: PythonFacts): string[] {
  return ["/usr", "/lib", "/lib64", "/bin", ...python.folders];
}

function filesOf(
  { id, text, access, proxySocket }: ScriptRequest,
  venv: VenvFiles | undefined,
): BundleFile[] {
  const { shared } = access;
  return [
    { name: "script", to: scriptPathOf(id), bytes: text },
    { name: "nothing", to: "", bytes: "" },
    ...(proxySocket === undefined
      ? []
      : [{ name: "relay", to: SANDBOX_PATHS.relay, bytes: RELAY }]),
    ...(shared === undefined ? [] : [{ name: "shared", to: SANDBOX_PATHS.shared, bytes: shared }]),
    ...(venv === undefined
      ? []
      : [
          { name: "venv-config", to: inVenv(venv.config.path), bytes: venv.config.text },
          { name: "venv-paths", to: inVenv(venv.searchPaths.path), bytes: venv.searchPaths.text },
        ]),
  ];
}

/** Outer folders first; what is hidden, last. */
function projectMounts({ files }: ScriptAccess, folder: string): Mount[] {
  const ordered = [...files].sort((a, b) => a.to.length - b.to.length);
  const inside = (path: string): string =>
    path === "" ? SANDBOX_PATHS.project : `${SANDBOX_PATHS.project}/${path}`;
  return [
    ...ordered.map(({ from, to, writable }) => bind(from, inside(to), writable)),
    ...ordered.flatMap(({ hidden }) =>
      hidden.map(({ path, isFolder }) =>
        isFolder ? emptyMount(inside(path)) : bind(`${folder}/nothing`, inside(path), false),
      ),
    ),
  ];
}

function processOf(
  script: ScriptRequest & { timeoutMs: number },
  interpreter: string,
  python: PythonFacts,
) {
  const { id, flags, proxySocket, timeoutMs } = script;
  const variables = variablesOf(script);
  const { output } = SANDBOX_PATHS;
  const collect = `mkdir -p '${output}'\n${runAndCollect(output, { ownsNamespace: true })}`;
  return {
    user: { uid: NOBODY, gid: NOBODY },
    args: [
      ...["/bin/sh", "-c", collect, "sh"],
      ...(proxySocket === undefined ? [] : throughRelay(python.executable)),
      ...[interpreter, "-I", "-B"],
      ...[scriptPathOf(id), ...flags],
    ],
    env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    cwd: SANDBOX_PATHS.scratch,
    noNewPrivileges: true,
    capabilities: { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [] },
    rlimits: limits(timeoutMs),
  };
}

function limits(timeoutMs: number): { type: string; hard: number; soft: number }[] {
  const all = { ...PROCESS_LIMITS, cpu: Math.ceil(timeoutMs / 1000) + 1 };
  return Object.entries(all).map(([name, value]) => ({
    type: `RLIMIT_${name.toUpperCase()}`,
    hard: value,
    soft: value,
  }));
}

function bind(source: string, destination: string, writable: boolean): Mount {
  const options = ["bind", "nosuid", "nodev", writable ? "rw" : "ro"];
  return { destination, type: "bind", source, options };
}

function scratchMount(destination: string): Mount {
  const options = ["nosuid", "nodev", "mode=1777", `size=${SCRATCH_BYTES_MAX}`];
  return { destination, type: "tmpfs", source: "tmpfs", options };
}

function emptyMount(destination: string): Mount {
  return { destination, type: "tmpfs", source: "tmpfs", options: ["ro", "size=4096"] };
}
