import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { awaitPort } from "./await-port.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import type { ServerSpec } from "./server-spec.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import type { TestServer } from "./test-server.ts";

const START_MS = 5_000;
const STOP_MS = 3_000;
const PORT_TRIES = 3;

export interface ProcessServerOptions {
  spec: ServerSpec;
  binary: string;
  port: number | undefined;
  /** Kept by the caller; without it the server has a folder that goes at its end. */
  directory: string | undefined;
}

/** A server as a child of this process, which ends with it. */
export async function startProcessServer(options: ProcessServerOptions): Promise<TestServer> {
  const { spec, binary, directory } = options;
  const own = directory === undefined ? await temporaryDirectory() : undefined;
  const folder = directory ?? own?.path ?? "";
  let child: ChildProcess | undefined;
  let port = options.port ?? 0;

  async function start(): Promise<void> {
    child = await launch(binary, spec.processArguments(port, folder), port);
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
      await end(child, "SIGTERM");
      await own?.remove();
    },
    kill9: () => end(child, "SIGKILL"),
    async freeze() {
      child?.kill("SIGSTOP");
      await untilStopped(child?.pid);
    },
    async thaw() {
      child?.kill("SIGCONT");
    },
    async restart() {
      await end(child, "SIGTERM");
      await start();
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
  await eventually(() => readdirSync(threads).every(isStopped), { withinMs: STOP_MS });
}

async function launch(binary: string, args: string[], port: number): Promise<ChildProcess> {
  const child = spawn(binary, args, { stdio: "ignore" });
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  const died = new Promise<never>((_resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${binary} ended at start with code ${code}`)));
  });
  try {
    await Promise.race([awaitPort(port, START_MS), died]);
  } catch (error) {
    await end(child, "SIGKILL");
    throw error;
  }
  // From here on its end is no news to anyone but its owner.
  died.catch(() => undefined);
  return child;
}

/** Ends the process, the hard way if it does not go in time, and waits until it is gone. */
async function end(child: ChildProcess | undefined, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGCONT");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await gone;
  clearTimeout(timer);
}
