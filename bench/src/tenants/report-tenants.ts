import { loadavg } from "node:os";
import type { ProcessorTime } from "../processor-time.ts";
import {
  CONDITIONS,
  type Condition,
  type ResourceFigures,
  type Round,
  type Waited,
} from "./measure-resource.ts";
import { type P95Ratio, p95, p95Ratio } from "./p95-ratio.ts";
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
    "Each p95 is over all rounds; in brackets between which the ratio lies in nine of ten draws of the rounds.",
    "",
    "| resource | quiet p95, ms: alone, generator, noisy | noisy by alone | noisy by generator | without an answer | keystroke p95, ms | noisy by alone | noisy by generator | later than 80 ms | noisy: a second | done, refused, lost |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
    ...figures.map(row),
    "",
    "Processor time, ms for each second (alone, generator, noisy): the gateway's main thread, its other threads, and all of the router.",
    "",
    "| resource | gateway | gateway's others | router |",
    "|---|---|---|---|",
    ...figures.map(processorRow),
  ].join("\n");
}

function row({ resource, rounds, noise }: ResourceFigures): string {
  const { done, late, refused, lost, perSecond } = noise;
  const all = done + late + refused + lost;
  const share = (count: number): string =>
    all === 0 ? "" : `${Math.round((100 * count) / all)} %`;
  const cells = [
    resource.name,
    ...of(rounds, "own"),
    count(rounds, "own", "missing"),
    ...of(rounds, "typing"),
    count(rounds, "typing", "late"),
    perSecond.toFixed(0),
    `${share(done + late)}, ${share(refused)}, ${lost}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

type Of = "own" | "typing";

function of(rounds: readonly Round[], what: Of): string[] {
  const p95s = CONDITIONS.map((one) => p95(rounds.map((round) => round[one][what])).toFixed(1));
  const by = (lower: Condition): string =>
    told(p95Ratio(rounds.map((one) => ({ upper: one.noisy[what], lower: one[lower][what] }))));
  return [p95s.join(", "), by("alone"), by("generator")];
}

const told = ({ ratio, low, high }: P95Ratio): string =>
  `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

/** A late one has an answer, a missing one has none; either by how many were asked for. */
function count(rounds: readonly Round[], what: Of, which: "missing" | "late"): string {
  return CONDITIONS.map((condition) => {
    const waited = rounds.map((round) => round[condition][what]);
    const sum = (value: (one: Waited) => number) =>
      waited.reduce((all, one) => all + value(one), 0);
    const asked = sum(({ latenciesMs, missing }) => latenciesMs.length + missing);
    const bad = sum((one) => (which === "late" ? one.late + one.missing : one.missing));
    return `${bad} of ${asked}`;
  }).join(", ");
}

function processorRow({ resource, rounds }: ResourceFigures): string {
  const mean = (name: string, part: (time: ProcessorTime) => number): string =>
    CONDITIONS.map((condition) => {
      const times = rounds.map((round) => round[condition].processors.get(name));
      const known = times.flatMap((time) => (time === undefined ? [] : [part(time)]));
      return (known.reduce((sum, one) => sum + one, 0) / known.length).toFixed(0);
    }).join(", ");
  const cells = [
    resource.name,
    mean("gateway", ({ main }) => main),
    mean("gateway", ({ others }) => others),
    mean("router", ({ main, others }) => main + others),
  ];
  return `| ${cells.join(" | ")} |`;
}
