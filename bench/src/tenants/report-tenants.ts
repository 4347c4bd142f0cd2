import { loadavg } from "node:os";
import type { ProcessorTime } from "../processor-time.ts";
import {
  CONDITIONS,
  type Condition,
  type ResourceFigures,
  type Round,
  type Waited,
} from "./measure-resource.ts";
import { type P95Ratio, p95Ratio, quantile } from "./p95-ratio.ts";
import type { TenantsBenchOptions } from "./tenants-bench-options.ts";

export interface TenantsReport {
  options: TenantsBenchOptions;
  machine: string;
  limits: Readonly<Record<string, string>>;
  figures: readonly ResourceFigures[];
}

/** The report as Markdown, the same in the terminal and in RESULTS.md. */
export function reportTenants({ options, machine, limits, figures }: TenantsReport): string {
  const { seconds, rounds, within, times, only, limits: which } = options;
  const some = only === undefined ? "" : ` --only "${only.join(",")}"`;
  const command = `npm run bench -- tenants${some} --seconds ${seconds} --rounds ${rounds} --within ${within} --times ${times} --limits ${which}`;
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
    "Each quantile is over all rounds; in brackets between which the ratio lies in nine of ten draws of the rounds. `1.2 held`: yes or no where that interval lies on one side of 1.2, and `open` where it holds it.",
    "",
    ...HEAD,
    ...figures.map(rowOf),
    "",
    "Processor time, ms for each second (alone, generator, noisy): the gateway's main thread, its other threads, all of the router, and the tool core's main thread.",
    "",
    "| resource | gateway | gateway's others | router | tool core |",
    "|---|---|---|---|---|",
    ...figures.map(processorRow),
  ].join("\n");
}

const COLUMNS = [
  "resource",
  "quiet p95, ms: alone, generator, noisy",
  "noisy by generator",
  "1.2 held",
  "by alone",
  "p50: by generator",
  "quiet, beside the noisy: done, refused, lost",
  "keystroke p95, ms",
  "by generator",
  "later than 80 ms",
  "noisy: a second",
  "done, refused, lost",
  "rounds",
  "load",
];
const HEAD = [`| ${COLUMNS.join(" | ")} |`, `|${COLUMNS.map(() => "---|").join("")}`];
const AIM = 1.2;

export function rowOf({ resource, rounds, noise, loads, quiet }: ResourceFigures): string {
  const { done, late, refused, lost, perSecond } = noise;
  const all = done + late + refused + lost;
  const share = (count: number): string =>
    all === 0 ? "" : `${Math.round((100 * count) / all)} %`;
  const cells = [
    resource.name,
    p95s(rounds, "own"),
    told(ratio(rounds, "own", "generator")),
    held(ratio(rounds, "own", "generator")),
    told(ratio(rounds, "own", "alone")),
    told(ratio(rounds, "own", "generator", 0.5)),
    `${quiet.done + quiet.late}, ${quiet.refused}, ${quiet.lost}`,
    p95s(rounds, "typing"),
    told(ratio(rounds, "typing", "generator")),
    countLate(rounds, "typing"),
    perSecond.toFixed(0),
    `${share(done + late)}, ${share(refused)}, ${lost}`,
    String(rounds.length),
    `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

type Of = "own" | "typing";

function p95s(rounds: readonly Round[], what: Of): string {
  const all = CONDITIONS.map((one) => rounds.map((round) => round[one][what]));
  return all.map((waited) => quantile(waited, 0.95).toFixed(1)).join(", ");
}

function ratio(rounds: readonly Round[], what: Of, lower: Condition, share = 0.95): P95Ratio {
  const pairs = rounds.map((one) => ({ upper: one.noisy[what], lower: one[lower][what] }));
  return p95Ratio(pairs, share);
}

function held({ low, high }: P95Ratio): string {
  if (high <= AIM) return "yes";
  return low > AIM ? "no" : "open";
}

const told = ({ ratio, low, high }: P95Ratio): string =>
  `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

/** Later than a keystroke may be, or without an answer, by how many were asked for. */
function countLate(rounds: readonly Round[], what: Of): string {
  return CONDITIONS.map((condition) => {
    const waited = rounds.map((round) => round[condition][what]);
    const sum = (value: (one: Waited) => number) =>
      waited.reduce((all, one) => all + value(one), 0);
    const asked = sum(({ latenciesMs, missing }) => latenciesMs.length + missing);
    const bad = sum((one) => one.late + one.missing);
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
    mean("kiwi", ({ main }) => main),
  ];
  return `| ${cells.join(" | ")} |`;
}
