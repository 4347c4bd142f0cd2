import type { EvaluationReport } from "./evaluate-router.ts";
import { plotLine } from "./plot-line.ts";
import { countOf, percent, summariseReport, withInterval } from "./summarise-report.ts";

/** The report as one page that needs nothing else: figures, plots, strata, mistakes. */
export function renderReport(report: EvaluationReport): string {
  return page(report.model.version, [
    `<pre>${escapeText(summariseReport(report))}</pre>`,
    `<div class="plots">${plotsOf(report).join("")}</div>`,
    ...(report.parameters.length === 0 ? [] : valuesTable(report)),
    "<h2>At thresholds</h2>",
    table(
      ["above", "coverage", "lines", "right (95 % of such intervals hold the true share)"],
      report.atThresholds.map(({ threshold, coverage, precision }) => [
        String(threshold),
        percent(coverage),
        String(countOf(coverage, report.overall.lines)),
        withInterval(precision, countOf(coverage, report.overall.lines)),
      ]),
    ),
    "<h2>Most frequent mistakes</h2>",
    table(
      ["meant", "led", "lines"],
      report.confusions.map(({ meant, led, count }) => [meant, led, String(count)]),
    ),
    "<h2>Mistakes made with most confidence</h2>",
    table(
      ["line", "meant", "led", "confidence"],
      report.mistakes.map((entry) => [
        entry.text,
        entry.meant,
        entry.led,
        percent(entry.confidence),
      ]),
    ),
    `<p>${escapeText(report.machine)}</p>`,
  ]);
}

function plotsOf(report: EvaluationReport): string[] {
  const { calibration, typing } = report;
  const plots = [
    plotLine({
      title: "Reliability: how often right, by confidence",
      x: "confidence",
      y: "right",
      points: calibration.reliability.map((bin) => [bin.confidence, bin.accuracy]),
      counts: calibration.reliability.map(({ count }) => count),
      withDiagonal: true,
    }),
    plotLine({
      title: "Risk by coverage, most confident first",
      x: "share of lines",
      y: "wrong",
      points: report.riskCoverage.map(({ coverage, risk }) => [coverage, risk]),
      withDiagonal: false,
    }),
  ];
  if (report.valuesCalibration.reliability.length > 0) {
    plots.push(
      plotLine({
        title: "Reliability of runs with values",
        x: "confidence",
        y: "all values right",
        points: report.valuesCalibration.reliability.map((bin) => [bin.confidence, bin.accuracy]),
        counts: report.valuesCalibration.reliability.map(({ count }) => count),
        withDiagonal: true,
      }),
    );
  }
  if (typing !== null) {
    plots.push(
      plotLine({
        title: "Right leader by share of the line typed",
        x: "share typed",
        y: "right",
        points: typing.byTenth.map(({ fraction, accuracy }) => [fraction, accuracy]),
        withDiagonal: false,
      }),
    );
  }
  return plots;
}

function valuesTable({ parameters }: EvaluationReport): string[] {
  const rows = parameters.map((of) => [
    of.type,
    String(of.wanted),
    percent(of.acceptable),
    percent(of.strict),
    String(of.invented),
  ]);
  return [
    "<h2>Values, by the kind of input</h2>",
    table(["input", "values meant", "right", "exactly so", "given and not meant"], rows),
  ];
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
svg { font-size: 11px; fill: currentColor; }`;

function page(version: string, parts: readonly string[]): string {
  const title = `Lilux router ${escapeText(version)}`;
  const head = `<meta charset="utf-8"><title>${title}</title><style>${STYLE}</style>`;
  return `<!doctype html><html lang="en"><head>${head}</head><body><h1>${title}</h1>${parts.join("\n")}</body></html>\n`;
}

function table(names: readonly string[], rows: readonly string[][]): string {
  const head = names.map((name) => `<th>${escapeText(name)}</th>`).join("");
  const body = rows.map(
    (row) => `<tr>${row.map((cell) => `<td>${escapeText(cell)}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
