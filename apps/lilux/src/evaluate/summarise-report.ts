import type { CallFigures } from "./call-figures.ts";
import type { EvaluationReport } from "./evaluate-router.ts";
import type { TenthFigures } from "./typing-by-tenth.ts";
import { wilsonInterval } from "./wilson-interval.ts";

/** The report in a terminal: the figures that matter, one a line, then one line a stratum. */
export function summariseReport(report: EvaluationReport): string {
  const { overall, calibration, callsAboveAct, latencyMs, typing } = report;
  const lines = [
    `${report.model.name} ${report.model.version} (${report.model.ranker} ranker), ${overall.lines} lines, ${report.items} items`,
    "",
    row("top-1 acceptable", withInterval(overall.top1Acceptable, overall.lines)),
    row("top-1 strict", withInterval(overall.top1Strict, overall.lines)),
    row("top-3 acceptable", percent(overall.top3Acceptable)),
    row("primitive", percent(overall.primitive)),
    row("item type", percent(overall.itemType)),
    row("item id", percent(overall.itemId)),
    row("action", percent(overall.action)),
    row("query token F1", percent(overall.queryTokenF1)),
    row(
      "values of right calls",
      `${percent(overall.parameters)}, ${overall.silentValues} would run at once on other values`,
    ),
    ...report.parameters.map((of) =>
      row(
        `  ${of.type}`,
        `${percent(of.acceptable)} of ${of.wanted}, strict ${percent(of.strict)}`,
      ),
    ),
    row("their ECE", number(report.valuesCalibration.ece)),
    row("right and sure", withInterval(overall.rightAndSure, overall.lines)),
    row("no-call precision", percent(overall.noCallPrecision)),
    row("no-call recall", percent(overall.noCallRecall)),
    row("item, no call aside", percent(report.itemOfLinesThatMeanOne)),
    row("no-call AUROC", number(report.noCallAuroc)),
    row("out-of-library AUROC", number(report.outOfLibraryAuroc)),
    row(
      "right above act",
      `${withInterval(callsAboveAct.precision, countOf(callsAboveAct.coverage, overall.lines))} at ${percent(callsAboveAct.coverage)} coverage`,
    ),
    row("ECE", number(calibration.ece)),
    row("Brier", number(calibration.brier)),
    row("latency p50 / p99", `${number(latencyMs.p50, 1)} / ${number(latencyMs.p99, 1)} ms`),
  ];
  if (typing !== null) {
    lines.push(
      row(
        "answer locked at",
        `${percent(typing.lockMedian)} of the line (p90 ${percent(typing.lockP90)})`,
      ),
      row("flips per line", number(typing.flipsPerLine, 2)),
      row("shown, and right", `${percent(typing.shownShare)}, ${percent(typing.shownRight)}`),
      row("lead time median", `${number(typing.leadMedianMs, 0)} ms at 200 ms a character`),
      ...typing.byTenth.map(tenth),
    );
  }
  lines.push(
    "",
    ...Object.entries(report.byStratum).map(([name, figures]) => stratum(name, figures)),
  );
  return lines.join("\n");
}

export function percent(value: number | null): string {
  return value === null ? "–" : `${(value * 100).toFixed(1)} %`;
}

/** With what the true share may be, at 95 %: over few lines that is a lot. */
export function withInterval(value: number | null, lines: number): string {
  const interval = wilsonInterval(value, lines);
  if (interval === null) return percent(value);
  const [low, high] = interval.map((end) => (end * 100).toFixed(1));
  return `${percent(value)} (${low} to ${high})`;
}

export function countOf(share: number | null, lines: number): number {
  return Math.round((share ?? 0) * lines);
}

export function number(value: number | null, digits = 3): string {
  return value === null ? "–" : value.toFixed(digits);
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(22)}${value}`;
}

function tenth({ fraction, accuracy, calls, sure, sureRight, ece }: TenthFigures): string {
  const typed = `up to ${(100 * fraction).toFixed(0)} % typed`;
  return row(
    `  ${typed}`,
    `${percent(accuracy)} right, a call leads ${percent(calls)}, above show ${percent(sure)} and ${percent(sureRight)} of it right, ECE ${number(ece)}`,
  );
}

function stratum(name: string, figures: CallFigures): string {
  const top1 = withInterval(figures.top1Acceptable, figures.lines);
  return `  ${name.padEnd(22)}${top1.padStart(8)}  of ${figures.lines}, primitive ${percent(figures.primitive)}, item ${percent(figures.itemId)}, values ${percent(figures.parameters)}`;
}
