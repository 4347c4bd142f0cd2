import { createTopKeys } from "@lilux/core/telemetry";
import { Counter, type Registry } from "prom-client";

export interface TenantCounterOptions {
  name: string;
  help: string;
  /** Besides `tenant`. */
  labelNames: readonly string[];
}

/** Counters with a tenant in their labels: of some by name, of the others together. */
export interface TenantCounters {
  counter(options: TenantCounterOptions): Counter;
  /** Counts an event of a tenant, and says which label it has. Once per event. */
  labelOf(tenant: string): string;
}

const TENANTS_MAX = 50;
const SETTLE_MS = 60_000;
const HALVE_MS = 3_600_000;
const OTHERS = "other";
const CHARACTERS_MAX = 64;

/**
 * The 50 tenants with the most events lately have a label each, all others `other`. What was counted of
 * one that is told apart no longer goes to the others, so that sums stay what they are.
 */
export function createTenantCounters(
  registry: Registry,
  now: () => number = () => performance.now(),
): TenantCounters {
  const counters: Counter[] = [];
  const keys = createTopKeys({
    keysMax: TENANTS_MAX,
    settleMs: SETTLE_MS,
    halveMs: HALVE_MS,
    now,
    onLeft: (tenant) => {
      for (const counter of counters) void giveToOthers(counter, tenantLabel(tenant));
    },
  });
  return {
    counter({ name, help, labelNames }) {
      const registers = [registry];
      const made = new Counter({ name, help, labelNames: ["tenant", ...labelNames], registers });
      counters.push(made);
      return made;
    },
    labelOf: (tenant) => (keys.note(tenant) ? tenantLabel(tenant) : OTHERS),
  };
}

async function giveToOthers(counter: Counter, tenant: string): Promise<void> {
  const { values } = await counter.get();
  for (const { labels, value } of values) {
    if (labels["tenant"] !== tenant) continue;
    counter.inc({ ...labels, tenant: OTHERS }, value);
    counter.remove(labels);
  }
}

/** A name as a label: short, of plain characters, and never the word for all others. */
export function tenantLabel(tenant: string): string {
  const plain = tenant.replaceAll(/[^\w.\-]/gv, "_").slice(0, CHARACTERS_MAX);
  return plain === OTHERS ? `${OTHERS}_` : plain;
}
