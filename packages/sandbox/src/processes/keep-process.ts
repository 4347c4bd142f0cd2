import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import type { Readable, Writable } from "node:stream";
import { inheritedDescriptors } from "./inherited-descriptors.ts";
import { createLineReader } from "./line-reader.ts";
import { openRunGuard } from "./memory/open-run-guard.ts";
import type { RunGuard } from "./memory/run-guard.ts";
import { createOutputBuffer } from "./output-buffer.ts";
import type { ProcessOutcome, StopReason } from "./process-outcome.ts";
import {
  ARCHIVE_BYTES_MAX,
  type ProcessBounds,
  type ProcessPlan,
  STDOUT_BYTES_MAX,
} from "./process-plan.ts";

export interface KeptProcess extends ProcessBounds {
  /** A number that no other run of this process has. */
  run: number;
  /** The caller's wish that it ends. */
  stop: AbortSignal;
  /** Each line of stderr, as it comes. */
  onLine: (line: string) => void;
}

const STATUS_BYTES_MAX = 64 * 1024;
const FD_MAX = 11;
/** Children may hold a killed process's pipes open. */
const CLOSE_GRACE_MS = 500;

/**
 * Runs a process to its end and nothing of it longer: at the time limit, at the
 * caller's wish, when it takes too much memory or prints too much, or when this
 * process dies, the whole group is killed. Never throws. Runs in the keeper.
 */
export async function keepProcess(plan: ProcessPlan, kept: KeptProcess): Promise<ProcessOutcome> {
  let guard: RunGuard | undefined;
  try {
    guard = kept.memory && (await openRunGuard(kept.memory, kept.run));
    if (kept.stop.aborted) return { kind: "stopped", reason: "caller" };
    return await watch(start(plan), { plan, guard, kept });
  } catch (error) {
    return { kind: "not-started", message: error instanceof Error ? error.message : String(error) };
  } finally {
    await guard?.close();
  }
}

interface Watched {
  plan: ProcessPlan;
  guard: RunGuard | undefined;
  kept: KeptProcess;
}

async function watch(child: ChildProcess, { plan, guard, kept }: Watched): Promise<ProcessOutcome> {
  const { niceness = 0, timeoutMs } = kept;
  giveWay(child.pid, niceness);
  let stopped: ProcessOutcome | undefined;
  const end = (outcome: ProcessOutcome): void => {
    stopped ??= outcome;
    killGroup(child);
  };
  const stop = (reason: StopReason): void => end({ kind: "stopped", reason });
  const tooMuch = (): void => stop("output");
  const stdout = createOutputBuffer(STDOUT_BYTES_MAX, tooMuch);
  const archive = createOutputBuffer(ARCHIVE_BYTES_MAX, tooMuch);
  const status = createOutputBuffer(STATUS_BYTES_MAX);
  const lines = createLineReader(kept.onLine);
  readFrom(child.stdio[1], stdout.add);
  readFrom(child.stdio[2], lines.add);
  readFrom(streamAt(child, plan.archiveFd), archive.add);
  readFrom(streamAt(child, plan.statusFd), status.add);
  for (const [fd, bytes] of Object.entries(plan.inputs ?? {})) feed(streamAt(child, fd), bytes);
  const held = holdWith(guard, { child, plan, end, niceness, reported: status.text });

  const timer = setTimeout(() => stop("time"), timeoutMs);
  const onStop = (): void => stop("caller");
  kept.stop.addEventListener("abort", onStop, { once: true });
  try {
    const exitCode = await ended(child);
    if ((await held.exceeded()) && !kept.stop.aborted) stop("memory");
    if (stopped !== undefined) return stopped;
    lines.end();
    return {
      kind: "ended",
      end: {
        exitCode,
        stdout: stdout.bytes(),
        logs: lines.kept(),
        status: status.text(),
        archive: archive.bytes(),
      },
    };
  } finally {
    clearTimeout(timer);
    kept.stop.removeEventListener("abort", onStop);
    // Whatever it left behind in its group goes with it.
    killGroup(child);
  }
}

function start(plan: ProcessPlan): ChildProcess {
  const nothing = openSync("/dev/null", "r");
  try {
    return spawn(plan.command, plan.args, {
      cwd: plan.cwd,
      env: plan.env,
      // A group of its own, so that one signal reaches all of it.
      detached: true,
      stdio: descriptorsOf(plan, nothing),
      ...(plan.uid === undefined ? {} : { uid: plan.uid, gid: plan.uid }),
    });
  } finally {
    closeSync(nothing);
  }
}

/** What the plan names are pipes; what would be inherited unasked is covered with nothing. */
function descriptorsOf(plan: ProcessPlan, nothing: number): ("ignore" | "pipe" | number)[] {
  const inputs = Object.keys(plan.inputs ?? {}).map(Number);
  const piped = new Set([1, 2, ...inputs, plan.statusFd, plan.archiveFd, plan.gateFd]);
  const covered = new Set(inheritedDescriptors());
  const length = Math.max(FD_MAX, ...covered) + 1;
  return Array.from({ length }, (_, fd) => {
    if (piped.has(fd)) return "pipe";
    return covered.has(fd) ? nothing : "ignore";
  });
}

/**
 * What it begins from then on gives way as well. Where Linux shares processors by session first
 * (sched(7), "The autogroup feature") a process's own niceness counts within its session alone, and each
 * run is a session: then it is the session's that is set. One that is gone has nothing to give.
 */
function giveWay(pid: number | undefined, niceness: number): void {
  if (pid === undefined || niceness === 0) return;
  for (const set of [setPriority, setSessionPriority]) {
    try {
      set(pid, niceness);
    } catch {
      // It ended, or the system has no such thing: then it runs as everything does.
    }
  }
}

function setSessionPriority(pid: number, niceness: number): void {
  writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
}

/** Puts the sandbox's first process under the guard as soon as its id is known, then lets it go on. */
function holdWith(
  guard: RunGuard | undefined,
  run: {
    child: ChildProcess;
    plan: ProcessPlan;
    end: (outcome: ProcessOutcome) => void;
    niceness: number;
    reported: () => string;
  },
): { exceeded: () => Promise<boolean> } {
  const { child, plan, end, niceness, reported } = run;
  const status = streamAt(child, plan.statusFd);
  if (guard === undefined || status === undefined) return { exceeded: async () => false };
  let attached: Promise<void> | undefined;
  const onReport = (): void => {
    const pid = /"child-pid"\s*:\s*(\d+)/.exec(reported())?.[1];
    if (pid === undefined || attached !== undefined) return;
    // It may have been begun before its parent gave way.
    giveWay(Number(pid), niceness);
    attached = guard
      .attach(Number(pid), () => end({ kind: "stopped", reason: "memory" }))
      .then(() => feed(streamAt(child, plan.gateFd), "go"))
      .catch((error: unknown) => end({ kind: "unheld", message: String(error) }));
  };
  status.on("data", onReport);
  return {
    async exceeded() {
      await attached;
      return guard.exceeded();
    },
  };
}

function streamAt(
  child: ChildProcess,
  fd: number | string | undefined,
): Readable | Writable | undefined {
  if (fd === undefined) return undefined;
  // Beyond the first five, the type knows no place; the array does.
  const streams: readonly (Readable | Writable | null | undefined)[] = child.stdio;
  return streams[Number(fd)] ?? undefined;
}

async function ended(child: ChildProcess): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  let grace: NodeJS.Timeout | undefined;
  child.once("error", reject);
  child.once("close", (code) => resolve(code));
  child.once("exit", (code) => {
    grace = setTimeout(() => {
      for (const stream of child.stdio) stream?.destroy();
      resolve(code);
    }, CLOSE_GRACE_MS);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(grace);
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

function readFrom(
  stream: Readable | Writable | null | undefined,
  take: (chunk: Buffer) => void,
): void {
  if (stream === null || stream === undefined || !("read" in stream)) return;
  stream.on("data", take);
  stream.on("error", () => undefined);
}

/** A process that ends without reading its input closes the pipe on us; that is its business. */
function feed(stream: Readable | Writable | undefined, bytes: string | Buffer): void {
  if (stream === undefined || !("write" in stream)) return;
  stream.on("error", () => undefined);
  stream.end(bytes);
}
