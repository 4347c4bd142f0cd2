import { STREAMS } from "@lilux/bus";
import { gatewaySettings } from "@lilux/gateway";
import { routerSettings } from "@lilux/router";
import { MEASURED, REDIS_BYTES_MAX } from "./measured.ts";

/** Who is to be served. */
export interface Demand {
  /** People with a page open at one time. */
  typists: number;
  /** The share of that time in which one types. */
  duty: number;
  keystrokesPerSecond: number;
  turnsPerMinute: number;
  scriptsPerMinute: number;
  /** The share of turns that a language model answers, and its tokens. */
  slowShare: number;
  tokensPerAnswer: number;
  tenants: number;
  itemsPerTenant: number;
}

export const USUAL: Demand = {
  typists: 1_000,
  duty: 0.2,
  keystrokesPerSecond: 5,
  turnsPerMinute: 1,
  scriptsPerMinute: 0.2,
  slowShare: 0.5,
  tokensPerAnswer: 300,
  tenants: 50,
  itemsPerTenant: 500,
};

/** One resource: what it takes, and at how many typists of this kind an installation as it ships is full. */
export interface Row {
  resource: string;
  load: string;
  needs: string;
  /** Undefined where more processes are all it takes. */
  fullAt: number | undefined;
  bound: string;
}

interface Rates {
  keystrokes: number;
  turns: number;
  scripts: number;
}

const DAY_SECONDS = 86_400;

export function ratesOf(demand: Demand): Rates {
  const { typists, duty } = demand;
  return {
    keystrokes: typists * duty * demand.keystrokesPerSecond,
    turns: (typists * demand.turnsPerMinute) / 60,
    scripts: (typists * demand.scriptsPerMinute) / 60,
  };
}

/** Every resource; those that are full first come first. */
export function capacityOf(demand: Demand): Row[] {
  const rates = ratesOf(demand);
  const rows = [
    ...processors(demand, rates),
    ...streams(demand, rates),
    ...memory(demand),
    ...others(demand, rates),
  ];
  return rows.toSorted((a, b) => (a.fullAt ?? Infinity) - (b.fullAt ?? Infinity));
}

function processors({ typists }: Demand, { keystrokes, turns }: Rates): Row[] {
  const gatewayCores = (keystrokes * MEASURED.gatewayMsPerKeystroke.value) / 1_000;
  const perGateway = (typists / gatewayCores) | 0;
  return [
    {
      resource: "router",
      load: `${number(keystrokes)} keystrokes/s`,
      needs: `${number(keystrokes / MEASURED.routerPerCore.value)} cores in time, ${number(keystrokes / MEASURED.routerPerCoreAtEdge.value)} at the edge`,
      fullAt: undefined,
      bound: "more routers",
    },
    {
      resource: "gateway",
      load: `${number(keystrokes)} keystrokes/s, ${number(typists)} sessions`,
      needs: `${number(Math.max(gatewayCores, typists / sessionsMax()))} processes of one core`,
      fullAt: perGateway,
      bound: "one core of one process",
    },
    {
      resource: "orchestrator",
      load: `${number(turns)} turns/s`,
      needs: `${number((turns * MEASURED.orchestratorMsPerTurn.value) / 1_000)} cores`,
      fullAt: undefined,
      bound: "more orchestrators",
    },
  ];
}

function streams({ typists }: Demand, { turns }: Rates): Row[] {
  const perTurn = [
    ["TURNS", MEASURED.turnBytes.value],
    ["EVENTS", MEASURED.eventBytesPerTurn.value],
    ["INTERACTIONS", MEASURED.interactionBytesPerTurn.value],
  ] as const;
  return perTurn.map(([name, bytes]) => {
    const { maxBytes, maxAgeMs } = STREAMS[name];
    const perSecond = turns * bytes;
    const promisedSeconds = maxAgeMs / 1_000;
    return {
      resource: `stream ${name}`,
      load: `${size(perSecond)}/s`,
      needs: `${size(perSecond * promisedSeconds)} for ${span(promisedSeconds)}; as it ships it is full after ${span(maxBytes / perSecond)}`,
      fullAt: (typists * maxBytes) / (perSecond * promisedSeconds),
      bound: `${size(maxBytes)}`,
    };
  });
}

function memory({ typists, tenants, itemsPerTenant }: Demand): Row[] {
  const redis = typists * MEASURED.redisBytesPerSession.value;
  const items = tenants * itemsPerTenant;
  const tenantsMax = Number(routerSettings.tenantsMax.defaultValue);
  return [
    {
      resource: "Redis",
      load: `${size(redis)} of conversations`,
      needs: size(redis * 1.3),
      fullAt: REDIS_BYTES_MAX / MEASURED.redisBytesPerSession.value,
      bound: size(REDIS_BYTES_MAX),
    },
    {
      resource: "libraries in a router",
      load: `${number(tenants)} tenants, ${number(items)} items`,
      needs: `${size(items * MEASURED.routerBytesPerItem.value)}, ${number((items * MEASURED.itemMs.value) / 1_000)} core-seconds to read them once`,
      // Tenants come with typists in the proportion that was asked about.
      fullAt: (typists * tenantsMax) / tenants,
      bound: `${tenantsMax} tenants`,
    },
    {
      resource: "subscriptions of NATS",
      load: `${number(typists * MEASURED.subscriptionsPerSession.value)} subjects`,
      needs: `${size(typists * MEASURED.subscriptionsPerSession.value * MEASURED.subscriptionBytes.value)} in every server of a cluster`,
      fullAt: undefined,
      bound: "cells",
    },
  ];
}

function others({ typists, slowShare, tokensPerAnswer }: Demand, { turns, scripts }: Rates): Row[] {
  const tokens = turns * slowShare * tokensPerAnswer;
  return [
    {
      resource: "scripts",
      load: `${number(scripts)} scripts/s`,
      needs: `${number((scripts * MEASURED.scriptMs.value) / 1_000)} cores, ${number(scripts / MEASURED.scriptsPerKiwi.value)} kiwis`,
      fullAt: (typists * MEASURED.scriptsPerKiwi.value) / scripts,
      bound: "one tool core; several share the tenants",
    },
    {
      resource: "language model",
      load: `${number(tokens)} tokens/s`,
      needs: `${number(tokens / MEASURED.modelTokensPerReplica.value)} replicas of four GPUs (assumed)`,
      fullAt: undefined,
      bound: "more replicas",
    },
  ];
}

function sessionsMax(): number {
  return Number(gatewaySettings.sessionsMax.defaultValue);
}

/** Up, since a part of a core or process is a whole one. */
function number(value: number): string {
  return Math.ceil(Number(value.toFixed(6))).toLocaleString("en");
}

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const step = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3)));
  return `${(bytes / 1_000 ** step).toPrecision(3)} ${units[step]}`;
}

function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * DAY_SECONDS) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / DAY_SECONDS)} days`;
}
