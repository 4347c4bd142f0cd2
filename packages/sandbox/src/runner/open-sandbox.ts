import { readFile } from "node:fs/promises";
import { arch } from "node:process";
import { delegatedSubtree } from "../processes/memory/cgroup-guard.ts";
import { holdsFromStart, type MemoryLimit } from "../processes/memory/memory-limit.ts";
import type { BubblewrapSetup } from "./bubblewrap-plan.ts";
import { type BubblewrapOptions, bubblewrapRunner } from "./bubblewrap-runner.ts";
import { describePython } from "./describe-python.ts";
import { findProgram } from "./find-programs.ts";
import type { PythonFacts } from "./python-facts.ts";
import { PROCESS_LIMITS } from "./sandbox-paths.ts";
import type { ScriptRunner } from "./script-runner.ts";
import { isSyscallMachine, seccompFilter } from "./seccomp/seccomp-filter.ts";
import { selfTest } from "./self-test.ts";

export interface SandboxOptions {
  /** Where programs are looked for after the system's own folders. */
  path: string;
  /** The system's own folders; a test has none. */
  systemFolders?: readonly string[];
  /** The server's user id; 0 is root. */
  uid: number;
  /** What all processes of a run may hold together. */
  memoryBytesMax: number;
}

/** A sandbox that passed its self-test; or why there is none. */
export type OpenedSandbox =
  | { available: true; runner: ScriptRunner; python: PythonFacts; setup: BubblewrapSetup }
  | { available: false; reason: string };

/** Far above any real account; each slot gets its own, so that runs cannot signal each other. */
const FIRST_UID = 2_000_000;
const NOBODY_UID = 65_534;
/** Bubblewrap's and the shell's own, beside the script's. */
const PROCESSES_AROUND = 8;

type FoundSetup = Omit<BubblewrapSetup, "firstUid" | "mountsProc">;

/**
 * Looks for bubblewrap and Python and tries the sandbox with a real script
 * before anything is let into it. Without root, without /proc, or with few user
 * ids mapped, it tries the next weaker set-up that still isolates; a set-up in
 * which the script sees the network, can write to the system, or makes a call
 * the filter should refuse, is none.
 */
export async function openSandbox(options: SandboxOptions): Promise<OpenedSandbox> {
  const memory = await findMemoryLimit(options.memoryBytesMax);
  const found = await findSetup(options.path, memory);
  if (typeof found === "string") return { available: false, reason: found };
  let reason = "";
  for (const firstUid of options.uid === 0 ? [FIRST_UID, NOBODY_UID] : [undefined]) {
    for (const mountsProc of [true, false]) {
      const setup: BubblewrapSetup = { ...found, firstUid, mountsProc };
      const sharesUid = firstUid === NOBODY_UID;
      const attempt: BubblewrapOptions = { setup, memory, sharesUid };
      const runner = bubblewrapRunner(attempt);
      reason = await selfTest(runner);
      if (reason === "") return { available: true, runner, python: setup.python, setup };
    }
  }
  return { available: false, reason };
}

/** The programs and the filter; or what is missing. */
async function findSetup(path: string, memory: MemoryLimit): Promise<FoundSetup | string> {
  const bwrap = await findProgram("bwrap", path);
  const prlimit = await findProgram("prlimit", path);
  const python = await findProgram("python3", path);
  if (bwrap === undefined) return "bubblewrap (bwrap) is not installed";
  if (prlimit === undefined) return "prlimit (util-linux) is not installed";
  if (python === undefined) return "python3 is not installed";
  if (!isSyscallMachine(arch)) return `there is no system call filter for ${arch}`;
  const facts = await describePython(python);
  if (facts === undefined) return `${python} does not start`;
  const filter = seccompFilter(arch);
  return { bwrap, prlimit, python: facts, filter, waitsForGuard: holdsFromStart(memory) };
}

/** A control group where there is one to be had, else the watchdog. */
async function findMemoryLimit(bytesMax: number): Promise<MemoryLimit> {
  const membership = await readFile("/proc/self/cgroup", "utf8").catch(() => "");
  const processesMax = (PROCESS_LIMITS["nproc"] ?? 0) + PROCESSES_AROUND;
  const subtree = await delegatedSubtree({ membership });
  if (subtree === undefined) return { holder: "watchdog", bytesMax };
  return { holder: "cgroup", bytesMax, processesMax, subtree };
}
