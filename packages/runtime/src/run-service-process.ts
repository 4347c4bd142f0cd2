import { isParty, type Tls } from "@lilux/certificates";
import type { Spans } from "@lilux/core/telemetry";
import { Counter, Registry } from "prom-client";
import { createAdminServer, VERSION } from "./create-admin-server.ts";
import { createLogger, type Logger, type LoggerOptions } from "./create-logger.ts";
import { openTlsOf } from "./credentials.ts";
import { debugOnSignal } from "./debug-for-a-while.ts";
import { type NeighbourSettings, openDoors } from "./open-doors.ts";
import type { Opening } from "./own-parts.ts";
import { runProcess } from "./run-process.ts";
import type { Service } from "./service.ts";
import { openSpans } from "./tracing/open-spans.ts";
import { warnOfMisspeltVariables } from "./warn-of-misspelt-variables.ts";

/** What every service in a process of its own needs to be told. */
export interface ServiceProcessConfig extends NeighbourSettings {
  logLevel: LoggerOptions["level"];
  otlpUrl?: string | undefined;
  adminHost: string;
  adminPort: number;
}

export interface ServiceParts<C> extends Opening {
  config: C;
  logger: Logger;
  /** What the process is known by to its neighbours, and knows them by; undefined: nobody shows a certificate. */
  tls: Tls | undefined;
  /** Where it tells how long its work took. */
  spans: Spans;
  /** For the bus: it is waited for as long as the process is wanted, and what it tells is counted. */
  busOptions: BusOptions;
}

export interface BusOptions {
  logger: Logger;
  observe: (event: string) => void;
  startWithinMs: number;
  signal: AbortSignal;
  onWaiting: (why: string) => void;
}

export interface ServiceProcessPlan<C extends ServiceProcessConfig> {
  name: string;
  /** As it was started with. */
  env: Readonly<Record<string, string | undefined>>;
  /** Read inside the process's life, so that what is wrong with it is told like any failed start. */
  config: () => C;
  /** Opens what the service stands on, each handed to `own`, and composes it. */
  parts(parts: ServiceParts<C>): Promise<Service>;
}

/**
 * One service in one process: reads its settings, serves health and metrics
 * before anything is connected, opens what it stands on, runs it, and ends as
 * `runProcess` promises.
 */
export async function runServiceProcess<C extends ServiceProcessConfig>(
  plan: ServiceProcessPlan<C>,
): Promise<never> {
  const { name } = plan;
  const config = tryTo(plan.config);
  const level = "value" in config ? config.value.logLevel : "info";
  const logger = createLogger({ service: name, level });
  return runProcess({
    logger,
    async open(opening) {
      warnOfMisspeltVariables(plan.env, logger);
      debugOnSignal(logger);
      if ("error" in config) throw config.error;
      const { adminHost: host, adminPort: port } = config.value;
      warnOfOpenDoors(config.value, logger);
      const tls = openOwnTls(name, config.value, logger);
      const { otlpUrl: url } = config.value;
      const { spans } = opening.own(await openSpans({ service: name, version: VERSION, url }));
      const { registry, countBusEvent } = busEvents();
      const services: Service[] = [];
      let waited: string | undefined = "the process is starting";
      const waitsFor = (): string | undefined => waited;
      const admin = createAdminServer({ host, port, services, registry, waitsFor });
      await opening.own(admin).start();
      const busOptions: BusOptions = {
        logger,
        observe: countBusEvent,
        startWithinMs: Number.POSITIVE_INFINITY,
        signal: opening.signal,
        onWaiting(why) {
          if (waited !== why) logger.warn({ why, adminPort: admin.port() }, "waiting");
          waited = why;
        },
      };
      const opened = { ...opening, config: config.value, logger, tls, spans, busOptions };
      const service = await plan.parts(opened);
      services.push(service);
      waited = undefined;
      opening.own({ stop: () => stopWhole(service) });
      await service.start();
      logger.info({ adminPort: admin.port() }, "ready");
    },
  });
}

function warnOfOpenDoors(config: NeighbourSettings, logger: Logger): void {
  const missing = openDoors(config);
  if (missing.length === 0) return;
  logger.warn(
    { missing },
    "neighbours are used without a credential: whoever reaches them can read what is typed and speak for any tenant. Keep them on a network of their own, or set what is missing (docs/operations/credentials.md)",
  );
}

const DAY_MS = 86_400_000;
/** So long before its end a certificate is spoken of at each start. */
const ENDS_SOON_DAYS = 30;

/** Before anything is connected: with what is wrong here, nothing could be. */
function openOwnTls(name: string, config: ServiceProcessConfig, logger: Logger): Tls | undefined {
  if (!isParty(name)) return undefined;
  const tls = openTlsOf(config, name, (err) => {
    if (err === undefined) logger.info("certificates read again");
    else logger.error({ err }, "certificates changed and cannot be used: those of before go on");
  });
  if (tls === undefined) return undefined;
  const days = Math.floor((tls.endsAt() - Date.now()) / DAY_MS);
  if (days <= ENDS_SOON_DAYS) {
    logger.warn({ days }, "our certificate ends soon: renew it (lilux certs make --renew)");
  }
  return tls;
}

function busEvents() {
  const registry = new Registry();
  const counter = new Counter({
    name: "lilux_bus_events_total",
    help: "What the bus told of itself; permission-denied means that a user of NATS lacks a subject.",
    labelNames: ["event"],
    registers: [registry],
  });
  counter.inc({ event: "permission-denied" }, 0);
  return { registry, countBusEvent: (event: string): void => counter.inc({ event }) };
}

async function stopWhole(service: Service): Promise<void> {
  await service.stop();
  if (service.state() === "failed") throw new Error(`${service.name} did not stop cleanly`);
}

function tryTo<T>(read: () => T): { value: T } | { error: unknown } {
  try {
    return { value: read() };
  } catch (error) {
    return { error };
  }
}
