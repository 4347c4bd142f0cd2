import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setPriority } from "node:os";
import type { Readable, Writable } from "node:stream";
import { abortError } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import { inheritedDescriptors } from "./inherited-descriptors.ts";
import { createLineReader } from "./line-reader.ts";
import type { RunGuard } from "./memory/run-guard.ts";
import { createOutputBuffer } from "./output-buffer.ts";

export interface ProcessPlan {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string | undefined;
  /** The real user the process gets; only for root. */
  uid?: number | undefined;
  /** What is written to file descriptors from 3 up. */
  inputs?: Readonly<Record<number, string | Buffer>>;
  /** Where bubblewrap reports, as lines of JSON. */
  statusFd?: number | undefined;
  /** Where an archive may come. */
  archiveFd?: number | undefined;
  /** The process waits on it until the guard holds it. */
  gateFd?: number | undefined;
}

export interface Supervision {
  timeoutMs: number;
  signal: AbortSignal;
  /** Each line of stderr, as it comes. */
  onLine: (line: string) => void;
  /** Holds all processes of the run together; reported their first one's id. */
  guard?: RunGuard | undefined;
  /** How far it gives way to others where processors are busy: 0 not at all, 19 most. */
  niceness?: number | undefined;
}

export interface ProcessEnd {
  /** Null when a signal ended it. */
  exitCode: number | null;
  stdout: Buffer;
  logs: string[];
  /** What came on the status file descriptor. */
  status: string;
  /** What came on the archive file descriptor; empty for none. */
  archive: Buffer;
}

/** More than this is not kept anywhere: it ends the run. */
export const STDOUT_BYTES_MAX = 16 * 1024 * 1024;
export const ARCHIVE_BYTES_MAX = 34 * 1024 * 1024;
const STATUS_BYTES_MAX = 64 * 1024;
const FD_MAX = 11;
/** Children may hold a killed process's pipes open. */
const CLOSE_GRACE_MS = 500;

/**
 * Runs a process to its end and nothing of it longer: at the time limit, at the
 * caller's abort, when it takes too much memory or prints too much, or when the
 * caller's own process dies, the whole group is killed. Throws
 * `script_timeout`, `script_memory_exceeded`, `script_output_too_large`,
 * `cancelled`, `deadline_exceeded`; the system's error when the command cannot
 * be started.
 */
export async function superviseProcess(
  plan: ProcessPlan,
  { timeoutMs, signal, onLine, guard, niceness = 0 }: Supervision,
): Promise<ProcessEnd> {
  if (signal.aborted) throw abortError(signal);
  const child = start(plan);
  giveWay(child.pid, niceness);
  let stopped: LiluxError | undefined;
  const stop = (reason: LiluxError): void => {
    stopped ??= reason;
    killGroup(child);
  };
  const tooMuch = (): void => stop(printedTooMuch());
  const stdout = createOutputBuffer(STDOUT_BYTES_MAX, tooMuch);
  const archive = createOutputBuffer(ARCHIVE_BYTES_MAX, tooMuch);
  const status = createOutputBuffer(STATUS_BYTES_MAX);
  const lines = createLineReader(onLine);
  readFrom(child.stdio[1], stdout.add);
  readFrom(child.stdio[2], lines.add);
  readFrom(streamAt(child, plan.archiveFd), archive.add);
  readFrom(streamAt(child, plan.statusFd), status.add);
  for (const [fd, bytes] of Object.entries(plan.inputs ?? {})) feed(streamAt(child, fd), bytes);
  const held = holdWith(guard, { child, plan, stop, niceness, reported: status.text });

  const timer = setTimeout(() => stop(ranTooLong(timeoutMs)), timeoutMs);
  const onAbort = (): void => stop(abortError(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const exitCode = await ended(child);
    if ((await held.exceeded()) && !signal.aborted) stopped ??= tookTooMuchMemory();
    if (stopped !== undefined) throw stopped;
    lines.end();
    return {
      exitCode,
      stdout: stdout.bytes(),
      logs: lines.kept(),
      status: status.text(),
      archive: archive.bytes(),
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    // Whatever it left behind in its group goes with it.
    killGroup(child);
    await guard?.close();
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

/** What it begins from then on gives way as well. One that is gone has nothing to give. */
function giveWay(pid: number | undefined, niceness: number): void {
  if (pid === undefined || niceness === 0) return;
  try {
    setPriority(pid, niceness);
  } catch {
    // It ended, or the system has no such thing: then it runs as everything does.
  }
}

/** Puts the sandbox's first process under the guard as soon as its id is known, then lets it go on. */
function holdWith(
  guard: RunGuard | undefined,
  run: {
    child: ChildProcess;
    plan: ProcessPlan;
    stop: (reason: LiluxError) => void;
    niceness: number;
    reported: () => string;
  },
): { exceeded: () => Promise<boolean> } {
  const { child, plan, stop, niceness, reported } = run;
  const status = streamAt(child, plan.statusFd);
  if (guard === undefined || status === undefined) return { exceeded: async () => false };
  let attached: Promise<void> | undefined;
  const onReport = (): void => {
    const pid = /"child-pid"\s*:\s*(\d+)/.exec(reported())?.[1];
    if (pid === undefined || attached !== undefined) return;
    // It may have been begun before its parent gave way.
    giveWay(Number(pid), niceness);
    attached = guard
      .attach(Number(pid), () => stop(tookTooMuchMemory()))
      .then(() => feed(streamAt(child, plan.gateFd), "go"))
      .catch((cause: unknown) => stop(new LiluxError("sandbox_unavailable", { cause })));
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

function ranTooLong(timeoutMs: number): LiluxError {
  const seconds = timeoutMs / 1000;
  return new LiluxError("script_timeout", {
    message: `The script ran longer than ${seconds} s and was stopped. Give it less to do, or a longer _timeout.`,
    details: { timeoutSeconds: seconds },
  });
}

function tookTooMuchMemory(): LiluxError {
  return new LiluxError("script_memory_exceeded");
}

function printedTooMuch(): LiluxError {
  return new LiluxError("script_output_too_large", {
    details: { stdoutBytesMax: STDOUT_BYTES_MAX, filesBytesMax: ARCHIVE_BYTES_MAX },
  });
}
