import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lockDirectory } from "@lilux/bus";
import { keepCertificates } from "@lilux/certificates";
import { LiluxError } from "@lilux/protocol";
import { isPortFree, type Logger } from "@lilux/runtime";
import { CHECKOUT } from "../checkout.ts";
import { keepSessionSecret } from "../embedded/keep-secret.ts";
import type { Environment } from "../environment.ts";
import { choosePorts, portsOf } from "./choose-ports.ts";
import { forgetSet, recordSet, untilEarlierSetIsGone } from "./earlier-set.ts";
import { type Credentials, credentialsIn, keepCredentials } from "./keep-credentials.ts";
import { lastReason } from "./last-reason.ts";
import {
  type Checkouts,
  type PortPlan,
  planProcesses,
  SERVICE_NAMES,
  servicesOf,
} from "./plan-processes.ts";
import { requireProgram } from "./program-path.ts";
import { type ProcessPlan, type Supervised, supervise } from "./supervise.ts";
import { waitUntilReady } from "./wait-until-ready.ts";
import { type OrphanWatch, watchForOrphans } from "./watch-for-orphans.ts";

export interface DistributedOptions {
  env: Environment;
  logger: Logger;
  stateDirectory: string;
  /** The gateway's port; 0 takes a free one. */
  port: number;
  onStep?: (what: string) => void;
  readyWithinMs?: number;
  /** Ends a start that is under way; it rejects once all is stopped. */
  signal?: AbortSignal;
  /** Services that run from another checkout than this one, as of another version. */
  checkouts?: Checkouts;
  /** Those the processes listen on; free ones unless told. */
  choosePorts?: (gateway: number) => Promise<PortPlan>;
}

export interface Distributed {
  readonly ports: PortPlan;
  /** Where the credentials of the set lie. */
  readonly credentials: Credentials;
  readonly processes: ReadonlyMap<string, Supervised>;
  /** Resolves when every service says it is ready; throws naming those that are not. */
  waitUntilReady(withinMs: number): Promise<void>;
  stop(): Promise<void>;
}

const NATS_SETTINGS = join(CHECKOUT, "deploy", "nats", "local.conf");
/** A Node for each service: seconds of processor time, of which a busy machine may give a tenth. */
const READY_WITHIN_MS = 120_000;
/** A port that was free when it was chosen can be somebody else's when it is bound. */
const PORT_TRIES = 5;
/** A process that ended so often before all were ready will not get better. */
const ENDS_MAX = 3;
/** What is not ready yet has nothing to finish. */
const UNREADY_GRACE_MS = 2_000;

/**
 * Starts nats-server, redis-server and one process per service, each started
 * again when it dies. When a port was lost before it was bound, all of them are
 * started anew on others. One set at a time uses a state folder, and none of its
 * processes outlives its supervisor, whatever becomes of that one.
 */
export async function startDistributed(options: DistributedOptions): Promise<Distributed> {
  const { stateDirectory } = options;
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  await refuseTakenPort(options);
  const release = await lockDirectory(stateDirectory, "state folder");
  try {
    await untilEarlierSetIsGone(stateDirectory, { signal: options.signal });
    await keepCertificates(credentialsIn(stateDirectory).certificates, { renew: "ending" });
    return await startWatched(options, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function startWatched(
  options: DistributedOptions,
  release: () => Promise<void>,
): Promise<Distributed> {
  const watch = watchForOrphans(options.logger);
  const forget = (): void => {
    watch.close();
    forgetSet(options.stateDirectory);
  };
  try {
    const distributed = await startOnFreePorts(options, watch);
    return {
      ...distributed,
      async stop() {
        await distributed.stop();
        forget();
        await release();
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}

async function startOnFreePorts(
  options: DistributedOptions,
  watch: OrphanWatch,
): Promise<Distributed> {
  for (let tries = 1; ; tries += 1) {
    const ports = await (options.choosePorts ?? choosePorts)(options.port);
    const started = launch(options, ports, watch);
    try {
      await started.ready(options.readyWithinMs ?? READY_WITHIN_MS, options.signal);
      return started.distributed;
    } catch (error) {
      await started.abandon();
      if (started.lostPort() === undefined || tries === PORT_TRIES) throw error;
      options.logger.info({ port: started.lostPort() }, "a port was taken, choosing others");
    }
  }
}

/** The port the user named cannot be chosen anew. */
async function refuseTakenPort({ port, env }: DistributedOptions): Promise<void> {
  if (await isPortFree(port, env["LILUX_HOST"] ?? "127.0.0.1")) return;
  throw new LiluxError("config_invalid", {
    message: `Port ${port} is in use. Stop the program that listens there, or choose another port.`,
  });
}

interface Launched {
  distributed: Distributed;
  /** As `waitUntilReady`, and rejects as soon as it cannot come to that. */
  ready(withinMs: number, signal: AbortSignal | undefined): Promise<void>;
  /** The port of a process that ended because somebody else has it. */
  lostPort(): number | undefined;
  /** Stops what was not ready. */
  abandon(): Promise<void>;
}

function launch(options: DistributedOptions, ports: PortPlan, watch: OrphanWatch): Launched {
  const processes = new Map<string, Supervised>();
  const failed = new AbortController();
  let lostPort: number | undefined;
  const plans = plansOf(options, ports);
  const services = servicesOf(options.env);

  async function onEnd(plan: ProcessPlan): Promise<void> {
    for (const port of portsOf(ports, plan.name)) {
      if (!(await isPortFree(port))) lostPort ??= port;
    }
    if (lostPort !== undefined) failed.abort(notStarted(plan));
    if ((processes.get(plan.name)?.restarts() ?? 0) >= ENDS_MAX) failed.abort(notStarted(plan));
  }

  function onChange(): void {
    const pids = livePids(processes);
    watch.update(pids);
    recordSet(options.stateDirectory, [...pids.services, ...pids.servers], options.logger);
  }

  for (const plan of plans) {
    options.onStep?.(plan.name);
    const onEndOfThis = (): void => void (failed.signal.aborted || onEnd(plan));
    const { logger } = options;
    processes.set(plan.name, supervise(plan, { logger, onEnd: onEndOfThis, onChange }));
    onChange();
  }
  return {
    distributed: {
      ports,
      credentials: credentialsIn(options.stateDirectory),
      processes,
      waitUntilReady: (withinMs) => waitUntilReady(ports, { services, withinMs }),
      stop: () => stopInTurn(processes),
    },
    ready(withinMs, signal) {
      const signals = signal === undefined ? [failed.signal] : [failed.signal, signal];
      return waitUntilReady(ports, { services, withinMs, signal: AbortSignal.any(signals) });
    },
    lostPort: () => lostPort,
    async abandon() {
      await Promise.all([...processes.values()].map((running) => running.stop(UNREADY_GRACE_MS)));
    },
  };
}

function livePids(processes: ReadonlyMap<string, Supervised>) {
  const isService = (name: string): boolean => SERVICE_NAMES.some((service) => service === name);
  const pidsOf = (wanted: (name: string) => boolean): number[] =>
    [...processes.values()].flatMap(({ name, pid }) => (wanted(name) ? (pid() ?? []) : []));
  return { services: pidsOf(isService), servers: pidsOf((name) => !isService(name)) };
}

function plansOf(
  { env, stateDirectory, checkouts }: DistributedOptions,
  ports: PortPlan,
): ProcessPlan[] {
  const path = env["PATH"] ?? "";
  return planProcesses({
    env: { LILUX_SESSION_SECRET: keepSessionSecret(stateDirectory), ...env },
    ports,
    checkout: CHECKOUT,
    checkouts,
    stateDirectory,
    natsServer: requireProgram("nats-server", path),
    redisServer: requireProgram("redis-server", path),
    credentials: keepCredentials(stateDirectory, readFileSync(NATS_SETTINGS, "utf8")),
  });
}

function notStarted({ name, logFile }: ProcessPlan): LiluxError {
  const reason = lastReason(logFile);
  return new LiluxError("config_invalid", {
    message: `${name} does not start${reason === undefined ? "" : `: ${reason}`} Its log is ${logFile}.`,
  });
}

/** Users' doors first, the bus last, as in one process. */
async function stopInTurn(processes: ReadonlyMap<string, Supervised>): Promise<void> {
  for (const running of [...processes.values()].toReversed()) await running.stop();
}
