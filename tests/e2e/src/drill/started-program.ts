import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { eventually } from "@lilux/testkit";

const READY_WITHIN_MS = 60_000;

export interface StartedProgram {
  url: string;
  pid: number;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export interface ProgramPlan {
  command: string;
  args: readonly string[];
  logFile: string;
  url: string;
  /** Answers 200 once it takes work. */
  readyPath: string;
}

/** A program of its own that ends with this one. */
export async function startProgram(plan: ProgramPlan): Promise<StartedProgram> {
  const log = openSync(plan.logFile, "a");
  const child = spawn(plan.command, plan.args, { stdio: ["ignore", log, log] });
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  await eventually(
    async () => {
      if (child.exitCode !== null) throw new Error(`${plan.command} ended, see ${plan.logFile}`);
      return (await fetch(`${plan.url}${plan.readyPath}`)).ok;
    },
    { withinMs: READY_WITHIN_MS, everyMs: 200 },
  );
  return {
    url: plan.url,
    pid: child.pid ?? 0,
    signal: (signal) => void child.kill(signal),
    stop: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(timer);
}
