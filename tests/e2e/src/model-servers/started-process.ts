import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A program that the checks started, with all it started itself. */
export interface StartedProcess {
  readonly pid: number;
  /** Signals it, or the first of its own processes whose command line matches. */
  signal(signal: NodeJS.Signals, of?: RegExp): void;
  /** Megabytes that it and its own processes hold, and their seconds of processor time. */
  spent(): { residentMb: number; processorSeconds: number };
  hasEnded(): boolean;
  /** Ends it with all its own; resolves once it is gone. */
  end(): Promise<void>;
}

export interface StartOptions {
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** What it says is kept here. */
  log: string;
}

const END_WITHIN_MS = 10_000;

export function startProcess({ command, args, env = {}, log }: StartOptions): StartedProcess {
  const file = openSync(log, "a");
  // A group of its own, so that it can be ended whole.
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", file, file],
    detached: true,
  });
  closeSync(file);
  child.on("error", () => undefined);
  const pid = child.pid ?? 0;
  if (pid === 0) throw new Error(`${command} could not be started`);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const endNow = (): void => signalGroup(pid, "SIGKILL");
  process.once("exit", endNow);
  return {
    pid,
    hasEnded,
    signal(signal, of) {
      const found = of === undefined ? pid : familyOf(pid).find((each) => of.test(titleOf(each)));
      if (found === undefined) throw new Error(`no process of ${command} matches ${of}`);
      process.kill(found, signal);
    },
    spent: () => spentBy(familyOf(pid)),
    async end() {
      if (!hasEnded()) await endedAfter(child, pid);
      signalGroup(pid, "SIGKILL");
      process.removeListener("exit", endNow);
    },
  };
}

async function endedAfter(child: ChildProcess, pid: number): Promise<void> {
  const exited = once(child, "exit");
  // Whoever was stopped hears of nothing else before it goes on.
  signalGroup(pid, "SIGCONT");
  signalGroup(pid, "SIGTERM");
  const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), END_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

/** A process and its children, and theirs. */
function familyOf(pid: number): number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`)
    .split(" ")
    .filter(Boolean)
    .map(Number);
  return [pid, ...children.flatMap(familyOf)];
}

/** As it calls itself: its command line, and the name that it gave its own process. */
function titleOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
}

/** Ticks of a second in /proc, and bytes of a page: the same on every Linux of today. */
const TICKS = 100;
const PAGE_BYTES = 4_096;

function spentBy(pids: readonly number[]): { residentMb: number; processorSeconds: number } {
  let pages = 0;
  let ticks = 0;
  for (const pid of pids) {
    pages += Number(textOf(`/proc/${pid}/statm`).split(" ")[1] ?? 0);
    const fields = textOf(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  const residentMb = Math.round((pages * PAGE_BYTES) / 1024 ** 2);
  return { residentMb, processorSeconds: Math.round(ticks / TICKS) };
}

/** Empty for what has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
