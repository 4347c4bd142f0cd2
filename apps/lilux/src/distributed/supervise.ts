import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Logger } from "@lilux/runtime";
import type { Environment } from "../environment.ts";

export interface ProcessPlan {
  name: string;
  command: string;
  args: readonly string[];
  env: Environment;
  /** Its output, one file over all its lives. */
  logFile: string;
}

export interface SuperviseOptions {
  logger: Logger;
  /** Called at each unasked-for end, before it is started again. */
  onEnd?: (name: string) => void;
  /** Called whenever its process came or went. */
  onChange?: () => void;
  /** The longest it waits before it starts it again; five seconds unless told. */
  restartMaxMs?: number;
}

export interface Supervised {
  readonly name: string;
  /** Undefined while it is down. */
  pid(): number | undefined;
  /** How often it was started again after an unasked-for end. */
  restarts(): number;
  /** Sends a signal to the process as it now is. */
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after the grace; it is not started again. */
  stop(graceMs?: number): Promise<void>;
}

const RESTART_FIRST_MS = 100;
const RESTART_MAX_MS = 5_000;
const STABLE_AFTER_MS = 10_000;
const STOP_GRACE_MS = 12_000;

/**
 * Keeps one process alive: starts it again when it ends unasked, with a delay
 * that doubles up to five seconds and falls back once it stayed up. It does not
 * outlive this process; when that one is killed, `watchForOrphans` sees to it.
 */
export function supervise(plan: ProcessPlan, options: SuperviseOptions): Supervised {
  const { logger, onEnd, onChange = () => undefined, restartMaxMs = RESTART_MAX_MS } = options;
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let restarts = 0;
  let delayMs = RESTART_FIRST_MS;
  mkdirSync(dirname(plan.logFile), { recursive: true });
  const log = createWriteStream(plan.logFile, { flags: "a" });
  // A full disk, or last words that come after the end, must not end the one who keeps the rest alive.
  log.on("error", (error) => logger.warn({ process: plan.name, err: error }, "log not written"));

  function launch(): void {
    const startedAt = Date.now();
    const started = spawn(plan.command, plan.args, {
      env: plan.env as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl+C in a terminal is for us, who end each in its turn.
      detached: true,
    });
    child = started;
    onChange();
    started.stdout.pipe(log, { end: false });
    started.stderr.pipe(log, { end: false });
    started.once("error", (error) =>
      logger.error({ process: plan.name, err: error }, "process did not start"),
    );
    started.once("exit", (code, signal) => {
      if (child === started) child = undefined;
      onChange();
      if (stopping) return;
      if (Date.now() - startedAt > STABLE_AFTER_MS) delayMs = RESTART_FIRST_MS;
      logger.warn(
        { process: plan.name, code, signal, delayMs },
        "process ended, starting it again",
      );
      restarts += 1;
      onEnd?.(plan.name);
      timer = setTimeout(launch, delayMs);
      delayMs = Math.min(delayMs * 2, restartMaxMs);
    });
  }

  const killWithUs = (): void => void child?.kill("SIGKILL");
  process.once("exit", killWithUs);
  launch();
  return {
    name: plan.name,
    pid: () => child?.pid,
    restarts: () => restarts,
    signal: (signal) => void child?.kill(signal),
    async stop(graceMs = STOP_GRACE_MS) {
      stopping = true;
      clearTimeout(timer);
      await endChild(child, graceMs);
      process.off("exit", killWithUs);
      child?.stdout?.unpipe(log);
      child?.stderr?.unpipe(log);
      log.end();
    },
  };
}

async function endChild(child: ChildProcess | undefined, graceMs: number): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await promise;
  clearTimeout(timer);
}
