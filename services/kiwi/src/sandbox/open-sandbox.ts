import { LiluxError } from "@lilux/protocol";
import { type BubblewrapSetup, bubblewrapPlan } from "./bubblewrap-plan.ts";
import { findProgram, isUnderUsr } from "./find-programs.ts";
import { describePython } from "./plain-runner.ts";
import type { SandboxState, ScriptRequest, ScriptRunner } from "./script-runner.ts";
import { type ProcessEnd, type Supervision, superviseProcess } from "./supervise-process.ts";

export interface SandboxOptions {
  /** Where programs are looked for after the system's own folders. */
  path: string;
  /** The server's user id; 0 is root. */
  uid: number;
}

/** Far above any real account; each slot gets its own, so that runs cannot signal each other. */
const FIRST_UID = 2_000_000;
const NOBODY_UID = 65_534;
const SELF_TEST_MS = 10_000;

/**
 * Looks for bubblewrap and Python and tries the sandbox with a real script
 * before anything is let into it. Without root, without /proc, or with few user
 * ids mapped, it tries the next weaker set-up that still isolates; a set-up in
 * which the script sees the network or can write to the system is none.
 */
export async function openSandbox({ path, uid }: SandboxOptions): Promise<SandboxState> {
  const bwrap = await findProgram("bwrap", path);
  const prlimit = await findProgram("prlimit", path);
  const python = await findProgram("python3", path);
  if (bwrap === undefined)
    return { available: false, reason: "bubblewrap (bwrap) is not installed" };
  if (prlimit === undefined)
    return { available: false, reason: "prlimit (util-linux) is not installed" };
  if (python === undefined) return { available: false, reason: "python3 is not installed" };
  const folders = (await isUnderUsr(python)) ? [] : await describePython(python);
  if (folders === undefined) return { available: false, reason: `${python} does not start` };
  const interpreter = folders.length === 0 ? python : (folders[0] ?? python);
  const base = { bwrap, prlimit, python: interpreter, pythonFolders: folders.slice(1) };

  let reason = "";
  for (const firstUid of uid === 0 ? [FIRST_UID, NOBODY_UID] : [undefined]) {
    for (const mountsProc of [true, false]) {
      const setup: BubblewrapSetup = { ...base, firstUid, mountsProc };
      const runner = bubblewrapRunner(setup);
      reason = await selfTest(runner);
      if (reason === "") return { available: true, runner };
    }
  }
  return { available: false, reason };
}

function bubblewrapRunner(setup: BubblewrapSetup): ScriptRunner {
  const isShared = setup.firstUid === NOBODY_UID;
  return {
    name: "bubblewrap",
    async run(request: ScriptRequest, supervision: Supervision) {
      const slot = isShared ? 0 : request.slot;
      const { timeoutMs } = supervision;
      const end = await superviseProcess(
        bubblewrapPlan(setup, { ...request, slot, timeoutMs }),
        supervision,
      );
      return { ...end, exitCode: exitCodeOf(end) };
    },
  };
}

/** Bubblewrap reports the script's own exit; without a report, it never got as far as the script. */
function exitCodeOf(end: ProcessEnd): number {
  const reported = /"exit-code"\s*:\s*(\d+)/.exec(end.status)?.[1];
  if (reported !== undefined) return Number(reported);
  throw new LiluxError("sandbox_unavailable", {
    message:
      "The sandbox could not be set up for this run. The operator finds the cause in the log.",
    cause: new Error(
      `bubblewrap ended with ${end.exitCode}: ${end.logs.join(" | ").slice(0, 500)}`,
    ),
  });
}

const SELF_TEST = `
import json, os, socket
found = []
try:
    socket.create_connection(("127.0.0.1", 9), 1)
    found.append("network")
except OSError as error:
    if error.errno != 101 and error.errno != 111:
        found.append("network errno %s" % error.errno)
if [name for _, name in socket.if_nameindex() if name != "lo"]:
    found.append("network interfaces")
for place in ("/usr/lilux-self-test", "/lilux-self-test", "/etc/lilux-self-test"):
    try:
        open(place, "w")
        found.append("writes to " + place)
    except OSError:
        pass
if os.getuid() == 0:
    found.append("runs as root")
if set(os.environ) - {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PWD", "PYTHONDONTWRITEBYTECODE"}:
    found.append("environment")
for place in ("/root", "/home", "/etc/passwd"):
    if os.path.exists(place):
        found.append("sees " + place)
open("/scratch/probe", "w").write("x")
print(json.dumps({"found": found}))
`;

/** Why the sandbox cannot be trusted; empty when it can. */
async function selfTest(runner: ScriptRunner): Promise<string> {
  try {
    const end = await runner.run(
      { id: "self-test", text: SELF_TEST, flags: [], slot: 0 },
      { timeoutMs: SELF_TEST_MS, signal: new AbortController().signal, onLine: () => undefined },
    );
    if (end.exitCode !== 0) return `the self-test ended with ${end.exitCode}: ${lastOf(end.logs)}`;
    const answer = JSON.parse(end.stdout) as { found?: string[] };
    return (answer.found ?? ["nothing"]).join(", ");
  } catch (error) {
    const cause = error instanceof LiluxError ? error.cause : error;
    return `the self-test failed: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

function lastOf(lines: readonly string[]): string {
  return lines.at(-1) ?? "without a word";
}
