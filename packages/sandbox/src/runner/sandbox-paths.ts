import type { ScriptRequest } from "./script-runner.ts";

/** Where things lie inside a sandbox, whichever kind it is. */
export const SANDBOX_PATHS = {
  /** The script's own folder in memory, where it starts. */
  scratch: "/scratch",
  /** What is written here is kept. */
  output: "/scratch/output",
  project: "/project",
  script: "/script",
  /** A virtual environment of four files that puts the next two on Python's path. */
  venv: "/venv",
  shared: "/shared.zip",
  packages: "/packages",
  relay: "/relay.py",
  proxy: "/proxy",
} as const;

/** Every place one can write to has a size: its memory is the machine's. */
export const SCRATCH_BYTES_MAX = 64 * 1024 * 1024;

const MIB = 1024 * 1024;

/** Per process, set inside the sandbox, so that processes are counted per run. */
export const PROCESS_LIMITS: Readonly<Record<string, number>> = {
  nproc: 64,
  as: 1024 * MIB,
  fsize: 64 * MIB,
  nofile: 256,
  core: 0,
};

/** What every script finds in its environment. */
export const SANDBOX_VARIABLES: Readonly<Record<string, string>> = {
  PATH: "/usr/bin:/bin",
  HOME: SANDBOX_PATHS.scratch,
  TMPDIR: "/tmp",
  LANG: "C.UTF-8",
  PYTHONDONTWRITEBYTECODE: "1",
  LILUX_OUTPUT_DIR: SANDBOX_PATHS.output,
};

/** What a certificate needs to be checked. Names are resolved outside. */
export const CERTIFICATE_FILES = ["/etc/ssl", "/etc/ca-certificates"];

/** Where the relay listens, on the sandbox's own loopback: nobody else is there. */
const PROXY_PORT = 3128;
const PROXY_URL = `http://127.0.0.1:${PROXY_PORT}`;

/** What Python, curl and most others ask for their way out. The script's own servers need none. */
const NETWORK_VARIABLES: Readonly<Record<string, string>> = {
  HTTP_PROXY: PROXY_URL,
  HTTPS_PROXY: PROXY_URL,
  http_proxy: PROXY_URL,
  https_proxy: PROXY_URL,
  NO_PROXY: "localhost,127.0.0.1,::1",
  no_proxy: "localhost,127.0.0.1,::1",
};

/** The command that runs another one with the proxy within its reach. */
export function throughRelay(python: string): string[] {
  const { relay, proxy } = SANDBOX_PATHS;
  return [python, "-I", "-B", relay, String(PROXY_PORT), proxy];
}

/** The script's file, by its id: tracebacks name it. */
export function scriptPathOf(id: string): string {
  return `${SANDBOX_PATHS.script}/${id.replace(/[^\w.-]/g, "_")}.py`;
}

/** The variables of one run: what was granted never replaces what the sandbox sets. */
export function variablesOf({ access, proxySocket }: ScriptRequest): Record<string, string> {
  return {
    ...access.variables,
    ...SANDBOX_VARIABLES,
    ...(access.files.length > 0 ? { LILUX_PROJECT_DIR: SANDBOX_PATHS.project } : {}),
    ...(proxySocket === undefined ? {} : NETWORK_VARIABLES),
  };
}

const END_OTHERS = `tries=0
while [ "$tries" -lt 200000 ] && kill -9 -1 2>/dev/null; do tries=$((tries + 1)); done`;

/**
 * A shell's program that runs its arguments, and hands out what lies in the
 * output folder as a tar archive on file descriptor 6, if anything does. Within
 * a process namespace of its own it first ends whatever they left running, and
 * goes on to ask until nothing is there to be ended: what is killed counts against
 * the limit of processes until it is reaped, and tar needs one of them. All of it
 * is built into the shell, which could start no other program meanwhile.
 */
export function runAndCollect(output: string, { ownsNamespace }: { ownsNamespace: boolean }) {
  return `"$@" 6>&-
code=$?
${ownsNamespace ? END_OTHERS : ":"}
cd '${output}' || exit "$code"
for file in *; do
  [ -e "$file" ] || continue
  tar --format=ustar -cf - . >&6
  break
done
exit "$code"`;
}
