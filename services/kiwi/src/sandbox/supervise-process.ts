import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { abortError } from "@lilux/core";
import { LiluxError } from "@lilux/protocol";
import { createLineReader } from "./line-reader.ts";
import { createOutputBuffer } from "./output-buffer.ts";

export interface ProcessPlan {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string | undefined;
  /** The real user the process gets; only for root. */
  uid?: number | undefined;
  /** Written to file descriptor 3. */
  script?: string | undefined;
  /** Whether the command reports on file descriptor 4. */
  reportsStatus: boolean;
}

export interface Supervision {
  timeoutMs: number;
  signal: AbortSignal;
  /** Each line of stderr, as it comes. */
  onLine: (line: string) => void;
}

export interface ProcessEnd {
  /** Null when a signal ended it. */
  exitCode: number | null;
  stdout: string;
  truncated: boolean;
  logs: string[];
  /** What came on file descriptor 4. */
  status: string;
}

const STDOUT_BYTES_MAX = 1024 * 1024;
const STATUS_BYTES_MAX = 64 * 1024;
/** Children may hold a killed process's pipes open. */
const CLOSE_GRACE_MS = 500;

/**
 * Runs a process to its end and nothing of it longer: at the time limit, at the
 * caller's abort, or when the caller's own process dies, the whole group is
 * killed. Throws `script_timeout`, `cancelled`, `deadline_exceeded`; the
 * system's error when the command cannot be started.
 */
export async function superviseProcess(
  plan: ProcessPlan,
  { timeoutMs, signal, onLine }: Supervision,
): Promise<ProcessEnd> {
  if (signal.aborted) throw abortError(signal);
  const child = start(plan);
  const stdout = createOutputBuffer(STDOUT_BYTES_MAX);
  const status = createOutputBuffer(STATUS_BYTES_MAX);
  const lines = createLineReader(onLine);
  readFrom(child.stdio[1], stdout.add);
  readFrom(child.stdio[2], lines.add);
  readFrom(child.stdio[4], status.add);
  feed(child.stdio[3], plan.script);

  let timedOut = false;
  const stop = (): void => killGroup(child);
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const exitCode = await ended(child);
    if (signal.aborted) throw abortError(signal);
    if (timedOut) throw ranTooLong(timeoutMs);
    lines.end();
    return {
      exitCode,
      stdout: stdout.text(),
      truncated: stdout.truncated(),
      logs: lines.kept(),
      status: status.text(),
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    // Whatever it left behind in its group goes with it.
    stop();
  }
}

function start(plan: ProcessPlan): ChildProcess {
  return spawn(plan.command, plan.args, {
    cwd: plan.cwd,
    env: plan.env,
    // A group of its own, so that one signal reaches all of it.
    detached: true,
    stdio: [
      "ignore",
      "pipe",
      "pipe",
      plan.script === undefined ? "ignore" : "pipe",
      plan.reportsStatus ? "pipe" : "ignore",
    ],
    ...(plan.uid === undefined ? {} : { uid: plan.uid, gid: plan.uid }),
  });
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

/** A process that ends without reading its script closes the pipe on us; that is its business. */
function feed(stream: Readable | Writable | null | undefined, text: string | undefined): void {
  if (stream === null || stream === undefined || !("write" in stream)) return;
  stream.on("error", () => undefined);
  stream.end(text ?? "");
}

function ranTooLong(timeoutMs: number): LiluxError {
  const seconds = timeoutMs / 1000;
  return new LiluxError("script_timeout", {
    message: `The script ran longer than ${seconds} s and was stopped. Give it less to do, or a longer _timeout (at most 300 s).`,
    details: { timeoutSeconds: seconds },
  });
}
