import { readFileSync } from "node:fs";
import { join } from "node:path";
import fastify from "fastify";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { createMetricsRenderer } from "./render-metrics.ts";
import type { Service } from "./service.ts";

/** Everything in the workspace has one version. */
export const VERSION = versionOf(join(import.meta.dirname, "..", "package.json"));

export interface AdminServer {
  /** The port it listens on, once started. */
  port(): number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface AdminServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Everything that runs in this process; those that come later are seen when they do. */
  services: readonly Service[];
  /** What the process waits for before it has a service; undefined once it has. */
  waitsFor?: () => string | undefined;
  /** Metrics of what the process itself opened. */
  registry?: Registry;
}

/**
 * `/metrics`, `/health/live`, `/health/ready` and `/health/dependencies` of one process, apart
 * from the users' port.
 */
export function createAdminServer(options: AdminServerOptions): AdminServer {
  const { host, port, services, registry = new Registry(), waitsFor = () => undefined } = options;
  const app = fastify({ logger: false });
  const processMetrics = createProcessMetrics();
  addDependencyGauge(processMetrics, services);
  let listening = 0;

  const render = createMetricsRenderer();

  app.get("/metrics", async (request, reply) => {
    const ofServices = services.map((service) => service.registry);
    const registries = [processMetrics, registry, ...ofServices];
    const { contentType, text } = await render(registries, request.headers.accept);
    reply.header("content-type", contentType);
    return text;
  });
  app.get("/health/live", async () => ({ status: "live" }));
  app.get("/health/ready", async (_request, reply) => {
    const waited = waitsFor();
    if (waited !== undefined) return reply.code(503).send({ ready: false, reasons: [waited] });
    const report = readinessOf(services);
    if (!report.ready) reply.code(503);
    return report;
  });
  app.get("/health/dependencies", async () => dependenciesOf(services));

  return {
    port: () => listening,
    async start() {
      await app.listen({ host, port });
      const address = app.server.address();
      listening = typeof address === "object" && address !== null ? address.port : port;
    },
    async stop() {
      await app.close();
    },
  };
}

export interface Readiness {
  ready: boolean;
  services: Record<string, ServiceReadiness>;
}

export interface ServiceReadiness {
  ready: boolean;
  state: string;
  reasons: string[];
  /** What it does without, though it is ready; absent when nothing. */
  degraded?: string[];
}

/** Whether every service of this process can work, and why one cannot. */
export function readinessOf(services: readonly Service[]): Readiness {
  const entries = services.map((service) => {
    return [service.name, readinessOfOne(service)] as const;
  });
  return {
    ready: entries.every(([, entry]) => entry.ready),
    services: Object.fromEntries(entries),
  };
}

function readinessOfOne(service: Service): ServiceReadiness {
  const reasons = service.unready();
  const degraded = service.degraded?.() ?? [];
  const entry = { ready: reasons.length === 0, state: service.state(), reasons };
  return degraded.length === 0 ? entry : { ...entry, degraded };
}

/** What each service needs of others, and what is wrong with it; `null` when nothing is. */
function dependenciesOf(services: readonly Service[]) {
  return Object.fromEntries(
    services.map(({ name, dependencies }) => {
      const entries = Object.entries(dependencies?.() ?? {});
      return [name, Object.fromEntries(entries.map(([part, trouble]) => [part, trouble ?? null]))];
    }),
  );
}

function addDependencyGauge(registry: Registry, services: readonly Service[]): void {
  new Gauge({
    name: "lilux_dependency_troubled",
    help: "1 while something that a service needs of others does not work; the service stays ready",
    labelNames: ["service", "dependency"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, dependencies } of services) {
        for (const [dependency, trouble] of Object.entries(dependencies?.() ?? {})) {
          this.set({ service: name, dependency }, trouble === undefined ? 0 : 1);
        }
      }
    },
  });
}

/** Node's own figures, without the three sums that are named as counters and are none. */
function createProcessMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const what of ["handles", "requests", "resources"]) {
    registry.removeSingleMetric(`nodejs_active_${what}_total`);
  }
  new Gauge({
    name: "lilux_build_info",
    help: "1, with the version of Lilux and of Node that run",
    labelNames: ["version", "node"],
    registers: [registry],
  }).set({ version: VERSION, node: process.versions.node }, 1);
  return registry;
}

function versionOf(manifest: string): string {
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return version;
}
