import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTls, type PartyName, type Tls, tlsFilesIn } from "@lilux/certificates";
import { createLogger, freePorts } from "@lilux/runtime";
import { eventually, inheritedEnvironment } from "@lilux/testkit";
import { type Distributed, startDistributed } from "lilux";

export const CHECKOUT = join(import.meta.dirname, "..", "..", "..");
export const DEMO_LIBRARY = join(CHECKOUT, "examples", "library");
export type Mode = "embedded" | "distributed";
export const MODES: readonly Mode[] = ["embedded", "distributed"];

/** A running Lilux, as a test sees it from outside. */
export interface Running {
  /** Where clients connect, such as http://127.0.0.1:1234. */
  url: string;
  /** The metrics of every process, one text. */
  metrics(): Promise<string>;
  /** What every process says of its readiness, one text. */
  readiness(): Promise<string>;
  /** Sends SIGKILL to one process by its name; in embedded mode there is only "lilux". */
  kill9(name: string): void;
  /** Any other signal, such as the one that freezes it. */
  signal(name: string, signal: NodeJS.Signals): void;
  /** How often a process was started again. */
  restarts(name: string): number;
  /** By service; distributed only. */
  adminPorts?: Readonly<Record<string, number>>;
  /** Where the streams of the embedded mode are kept. */
  journalDirectory?: string;
  /** What a stranger on the host sees of the inside, and the operator's way in; distributed only. */
  inside?: Inside;
  /** Ends its processes and leaves its files, for who looks at them before `stop`. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

export interface Inside {
  natsUrl: string;
  redisUrl: string;
  kiwiAddress: string;
  orchestratorAddress: string;
  stateDirectory: string;
  /** Who may do everything on the bus. */
  operator: { user: string; password: string; tls: Tls };
  /** What one of the inside shows; stolen, where a test is a thief. */
  tlsOf(name: PartyName): Tls;
}

export interface StartOptions {
  project?: string;
  env?: Record<string, string>;
}

/** A start costs some seconds of processor time, of which a busy machine may give a tenth. */
const READY_WITHIN_MS = 120_000;

/** Starts the product as its users do: the command for embedded, a process per service for distributed. */
export function startMode(mode: Mode, options: StartOptions = {}): Promise<Running> {
  return mode === "embedded" ? startEmbeddedProcess(options) : startDistributedProcesses(options);
}

function environment(
  { project = DEMO_LIBRARY, env = {} }: StartOptions,
  home: string,
): Record<string, string> {
  return {
    ...inheritedEnvironment(),
    LILUX_PROJECT: project,
    LILUX_USER_HOME: join(home, "user"),
    LILUX_LOG_LEVEL: "warn",
    ...env,
  };
}

async function startEmbeddedProcess(options: StartOptions): Promise<Running> {
  const home = mkdtempSync(join(tmpdir(), "lilux-e2e-"));
  const [port = 0, adminPort = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const entry = join(CHECKOUT, "apps", "lilux", "src", "main.ts");
  const args = [
    "--no-warnings",
    entry,
    "up",
    "--port",
    String(port),
    "--admin-port",
    String(adminPort),
  ];
  const env = { ...environment(options, home), LILUX_STATE_DIR: join(home, "state") };
  let child: ChildProcess | undefined;
  let stopping = false;
  let launches = 0;
  const log = openSync(join(home, "lilux.log"), "a");

  // Started again when it is killed, as a person or an init system would.
  const launch = (): void => {
    launches += 1;
    child = spawn(process.execPath, args, { env, stdio: ["ignore", log, log] });
    child.once("exit", () => {
      if (!stopping) launch();
    });
  };
  launch();
  await untilHealthy(url).catch(async (error: unknown) => {
    stopping = true;
    await end(child);
    throw error;
  });
  const halt = async (): Promise<void> => {
    stopping = true;
    await end(child);
  };
  return {
    url,
    journalDirectory: join(home, "state", "journal"),
    metrics: () => textOf(`http://127.0.0.1:${adminPort}/metrics`),
    readiness: () => textOf(`http://127.0.0.1:${adminPort}/health/ready`),
    kill9: () => void child?.kill("SIGKILL"),
    signal: (_, signal) => void child?.kill(signal),
    restarts: () => launches - 1,
    halt,
    async stop() {
      await halt();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function startDistributedProcesses(options: StartOptions): Promise<Running> {
  const home = mkdtempSync(join(tmpdir(), "lilux-e2e-"));
  const stateDirectory = join(home, "state");
  const running = await startDistributed({
    env: environment(options, home),
    logger: createLogger({ service: "e2e", level: "silent" }),
    stateDirectory,
    port: 0,
    readyWithinMs: READY_WITHIN_MS,
  });
  let halted: Promise<void> | undefined;
  const halt = (): Promise<void> => {
    halted ??= running.stop();
    return halted;
  };
  const services = Object.entries(running.ports.admin).filter(([name]) =>
    running.processes.has(name),
  );
  const adminPorts = services.map(([, port]) => port);
  return {
    url: `http://127.0.0.1:${running.ports.gateway}`,
    adminPorts: Object.fromEntries(services),
    inside: insideOf(running, stateDirectory),
    metrics: () => textsOf(adminPorts, "metrics"),
    readiness: () => textsOf(adminPorts, "health/ready"),
    kill9: (name) => signalTo(running, name, "SIGKILL"),
    signal: (name, signal) => signalTo(running, name, signal),
    restarts: (name) => running.processes.get(name)?.restarts() ?? 0,
    halt,
    async stop() {
      await halt();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function signalTo({ processes }: Distributed, name: string, signal: NodeJS.Signals): void {
  const found = processes.get(name);
  if (found === undefined) throw new Error(`no process ${name}`);
  found.signal(signal);
}

function insideOf({ ports, credentials }: Distributed, stateDirectory: string): Inside {
  const password = readFileSync(credentials.natsPassword("operator"), "utf8").trim();
  const tlsOf = (name: PartyName): Tls =>
    openTls({ expected: name, files: tlsFilesIn(credentials.certificates, name) });
  return {
    natsUrl: `tls://127.0.0.1:${ports.nats}`,
    redisUrl: `rediss://127.0.0.1:${ports.redis}`,
    kiwiAddress: `127.0.0.1:${ports.kiwi}`,
    orchestratorAddress: `127.0.0.1:${ports.orchestrator}`,
    stateDirectory,
    operator: { user: "operator", password, tls: tlsOf("operator") },
    tlsOf,
  };
}

async function untilHealthy(url: string): Promise<void> {
  await eventually(
    async () => {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) });
      if (!response.ok) throw new Error(`not ready: ${response.status}`);
    },
    { withinMs: READY_WITHIN_MS },
  );
}

async function textsOf(ports: readonly number[], path: string): Promise<string> {
  const texts = ports.map((port) => textOf(`http://127.0.0.1:${port}/${path}`));
  return (await Promise.all(texts)).join("\n");
}

/**
 * On a connection of its own, and once more: one that was kept from the last time may be closed by
 * the other side at the moment at which it is used again, and a busy machine makes that moment long.
 */
async function textOf(url: string): Promise<string> {
  const read = async (): Promise<string> => {
    const headers = { connection: "close" };
    return (await fetch(url, { headers, signal: AbortSignal.timeout(5_000) })).text();
  };
  return read().catch(read);
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await exited;
  clearTimeout(timer);
}
