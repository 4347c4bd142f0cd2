import { percentile } from "../percentile.ts";
import type { FloodCount } from "./flood.ts";
import type { QuietWaited, Waited } from "./quiet-tenant.ts";
import type { TenantsBenchOptions } from "./tenants-bench-options.ts";

export interface TenantsPhase {
  name: string;
  waited: QuietWaited;
  count: FloodCount;
}

export interface TenantsReport {
  options: TenantsBenchOptions;
  machine: string;
  phases: readonly TenantsPhase[];
}

/** The report as Markdown, the same in the terminal and in RESULTS.md. */
export function reportTenants({ options, machine, phases }: TenantsReport): string {
  return [
    `\`npm run bench -- tenants --seconds ${options.seconds}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}. Load generator, model and both tenants on the same machine.`,
    "",
    "| the quiet tenant waits, ms | keystroke p50 | p99 | missing | REST turn p50 | p99 | missing | model's first word p50 | p99 | missing | flood: a second | refused |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...phases.map(row),
  ].join("\n");
}

function row({ name, waited, count }: TenantsPhase): string {
  const { keystrokes, turns, streams } = waited;
  const all = count.answered + count.refused;
  const share = all === 0 ? "" : `${((100 * count.refused) / all).toFixed(0)} %`;
  const rate = all === 0 ? "" : count.perSecond.toFixed(0);
  return `| ${[name, ...[keystrokes, turns, streams].flatMap(cells), rate, share].join(" | ")} |`;
}

function cells({ latenciesMs, missing }: Waited): string[] {
  const at = (p: number): string => percentile(latenciesMs, p, missing).toFixed(1);
  return [at(0.5), at(0.99), `${missing} of ${latenciesMs.length + missing}`];
}
