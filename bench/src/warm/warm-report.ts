import type { PlayedTurn } from "./play-warm-session.ts";
import type { WarmEconomics } from "./warm-economics.ts";
import { type Share, warmFigures } from "./warm-figures.ts";

const COLUMNS = [
  "sessions of",
  "hits: sustained",
  "switch sessions, other turns",
  "switches",
  "all",
  "waste",
  "lines right, warm / cold",
  "calls",
  "no call, and talk beside",
  "better, worse",
  "above act right, warm / cold",
  "typed until it leads, s",
];

/** One row of the report: everything in percent of as many as stand in brackets. */
export function warmRow(name: string, played: readonly PlayedTurn[]): string {
  const { hits, waste, right, better, worse, noCallLost, noCallWon, act, typing } =
    warmFigures(played);
  const cells = [
    name,
    percent(hits.sustained),
    percent(hits.others),
    percent(hits.switches),
    percent(hits.all),
    (100 * waste).toFixed(0),
    pair(right.all),
    pair(right.calls),
    `${pair(right.noCall)}, ${pair(right.talk)}; lost ${noCallLost}, won ${noCallWon}`,
    `${better}, ${worse}`,
    `${percent(act.warm)} / ${percent(act.cold)}`,
    `${typing.warm.toFixed(2)} / ${typing.cold.toFixed(2)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

export function warmReport(
  rows: readonly string[],
  { machine, half, economics }: { machine: string; half: string; economics: WarmEconomics },
): string {
  const { turnToContext, lead, saved } = economics.means();
  return [
    `\`npm run bench -- warm --half ${half}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Machine: ${machine}.`,
    "",
    `| ${COLUMNS.join(" | ")} |`,
    `|${COLUMNS.map(() => "---").join("|")}|`,
    ...rows,
    "",
    `From a turn to its context ${(1_000 * turnToContext).toFixed(0)} ms on average; an item that was needed had been warm for ${lead.toFixed(0)} s, and finding it had taken ${(1_000 * saved).toFixed(0)} ms.`,
  ].join("\n");
}

function percent({ share, of }: Share): string {
  return `${(100 * share).toFixed(1)} (${of})`;
}

function pair({ warm, cold, of }: { warm: number; cold: number; of: number }): string {
  return `${(100 * warm).toFixed(1)} / ${(100 * cold).toFixed(1)} (${of})`;
}
