import { loadavg } from "node:os";
import { percentile } from "../percentile.ts";
import {
  CONDITIONS,
  type Measured,
  type ResourceFigures,
  type Waited,
} from "./measure-resource.ts";
import type { TenantsBenchOptions } from "./tenants-bench-options.ts";

export interface TenantsReport {
  options: TenantsBenchOptions;
  machine: string;
  limits: Readonly<Record<string, string>>;
  figures: readonly ResourceFigures[];
}

/** The report as Markdown, the same in the terminal and in RESULTS.md. */
export function reportTenants({ options, machine, limits, figures }: TenantsReport): string {
  const { seconds, rounds, times, limits: which } = options;
  const command = `npm run bench -- tenants --seconds ${seconds} --rounds ${rounds} --times ${times} --limits ${which}`;
  const settings = Object.entries(limits).map(([name, value]) => `\`${name}=${value}\``);
  const [load = 0] = loadavg();
  return [
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}, ${load.toFixed(2)} at the end. Load generator, model and both tenants on the same machine.`,
    settings.length === 0
      ? "Bounds as they are without settings."
      : `Bounds: ${settings.join(", ")}.`,
    "",
    "| resource | quiet p95 alone, ms | beside the generator | beside the noisy tenant | by alone | by generator | without an answer | keystroke p95: alone, generator, noisy | by generator | without a prediction | noisy: a second | done, refused, lost |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...figures.map(row),
  ].join("\n");
}

function row({ resource, measured, noise }: ResourceFigures): string {
  const own = p95s(measured, "own");
  const typing = p95s(measured, "typing");
  const { done, refused, lost, perSecond } = noise;
  const all = done + refused + lost;
  const share = (count: number): string =>
    all === 0 ? "" : `${Math.round((100 * count) / all)} %`;
  const cells = [
    resource.name,
    ...own.map(milliseconds),
    ratio(own[2], own[0]),
    ratio(own[2], own[1]),
    missing(measured, "own"),
    typing.map(milliseconds).join(", "),
    ratio(typing[2], typing[1]),
    missing(measured, "typing"),
    perSecond.toFixed(0),
    [done, refused, lost].map(share).join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function p95s(measured: Measured, of: "own" | "typing"): number[] {
  return CONDITIONS.map((condition) => p95(measured[condition][of]));
}

function p95({ latenciesMs, missing: lost }: Waited): number {
  return percentile(latenciesMs, 0.95, lost);
}

function missing(measured: Measured, of: "own" | "typing"): string {
  return CONDITIONS.map((condition) => {
    const { latenciesMs, missing: lost } = measured[condition][of];
    return `${lost} of ${latenciesMs.length + lost}`;
  }).join(", ");
}

const milliseconds = (value: number): string => value.toFixed(1);
const ratio = (value = Number.NaN, by = Number.NaN): string => (value / by).toFixed(2);
