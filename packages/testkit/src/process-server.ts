import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { awaitPort } from "./await-port.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import type { ServerSpec, ServerUser } from "./server-spec.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import type { TestServer } from "./test-server.ts";

/** A bound, not a wait: machines busy with other tests take their time. */
const START_MS = 15_000;
const STOP_MS = 3_000;
const PORT_TRIES = 3;

export interface ProcessServerOptions {
  spec: ServerSpec;
  binary: string;
  port: number | undefined;
  /** Kept by the caller; without it the server has a folder that goes at its end. */
  directory: string | undefined;
  configFile: string | undefined;
}

/** A server as a child of this process, which ends with it. */
export async function startProcessServer(options: ProcessServerOptions): Promise<TestServer> {
  const { spec, binary, directory } = options;
  const own = directory === undefined ? await temporaryDirectory() : undefined;
  const folder = directory ?? own?.path ?? "";
  let child: ChildProcess | undefined;
  let port = options.port ?? 0;
  const user = spec.prepare?.(binary, folder) ?? {};

  async function start(): Promise<void> {
    const { configFile } = options;
    const config = configFile === undefined ? [] : (spec.configArguments?.(configFile) ?? []);
    const args = [...config, ...spec.processArguments(port, folder)];
    child = await launch({ binary, args, port, user, spec });
  }

  async function startOnFreePort(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      port = await freePort();
      try {
        return await start();
      } catch (error) {
        if (tries === PORT_TRIES) throw error;
      }
    }
  }

  await (options.port === undefined ? startOnFreePort() : start());
  return {
    url: spec.url(port),
    get pid() {
      return child?.pid;
    },
    async stop() {
      await end(child, spec.stopSignal ?? "SIGTERM");
      await own?.remove();
    },
    kill9: () => end(child, "SIGKILL"),
    async freeze() {
      const processes = familyOf(child?.pid);
      signalAll(processes, "SIGSTOP");
      for (const pid of processes) await untilStopped(pid);
    },
    async thaw() {
      thawAll(child?.pid);
    },
    async restart() {
      await end(child, spec.stopSignal ?? "SIGTERM");
      // What a killed server left behind may hold its files for a moment.
      await eventually(start, { withinMs: START_MS, everyMs: 100 });
    },
  };
}

/**
 * A stop reaches the threads of a process one after the other; until the last
 * has it the server may still answer. Where there is no /proc the signal has to do.
 */
async function untilStopped(pid: number | undefined): Promise<void> {
  const threads = `/proc/${pid}/task`;
  if (pid === undefined || !existsSync(threads)) return;
  const isStopped = (thread: string): boolean => {
    const state = readFileSync(`${threads}/${thread}/stat`, "utf8").split(") ").at(-1);
    return state?.startsWith("T") === true;
  };
  const allStopped = (): boolean => !existsSync(threads) || readdirSync(threads).every(isStopped);
  await eventually(allStopped, { withinMs: STOP_MS });
}

/** A server may have a process per connection: all of them stand still, or none does. */
function familyOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const file = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(file) ? readFileSync(file, "utf8").trim().split(" ") : [];
  return [pid, ...children.filter((text) => text !== "").map(Number)];
}

function thawAll(pid: number | undefined): void {
  signalAll(familyOf(pid), "SIGCONT");
}

/** One that has just gone needs no signal. */
function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

interface Launch {
  binary: string;
  args: string[];
  port: number;
  user: ServerUser;
  spec: ServerSpec;
}

async function launch({ binary, args, port, user, spec }: Launch): Promise<ChildProcess> {
  const options: SpawnOptions = { stdio: "ignore", ...user };
  const child = spawn(binary, args, options);
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  const died = new Promise<never>((_resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${binary} ended at start with code ${code}`)));
  });
  try {
    await Promise.race([awaitPort(port, START_MS), died]);
    const takesWork = (): boolean => spec.takesWork?.(binary, port) ?? true;
    await Promise.race([eventually(takesWork, { withinMs: START_MS }), died]);
  } catch (error) {
    await end(child, "SIGKILL");
    throw error;
  }
  // From here on its end is no news to anyone but its owner.
  died.catch(() => undefined);
  return child;
}

/** Ends the process, the hard way if it does not go in time, and waits until it is gone. */
async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  thawAll(child.pid);
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await gone;
  clearTimeout(timer);
}
