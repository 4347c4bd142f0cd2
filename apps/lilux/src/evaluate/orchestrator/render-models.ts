import type { Share } from "./intervals.ts";
import type { ModelReport } from "./model-report.ts";

type Row = [name: string, ...cells: string[]];

/** The figures of all models side by side, as rows of text. */
export function figureRows(reports: readonly ModelReport[]): Row[] {
  const row = (name: string, of: (report: ModelReport) => string): Row => [
    name,
    ...reports.map(of),
  ];
  const parts = Object.keys(reports[0]?.parts ?? {});
  const served = reports.some(({ cost }) => cost !== undefined);
  return [
    ...parts.map((part) => row(part, (report) => shareText(report.parts[part]))),
    row("deference, balanced", ({ deference }) => percent(deference.balanced)),
    row("over-trust (less is better)", ({ deference }) => shareText(deference.overTrust)),
    row("under-trust (less is better)", ({ deference }) => shareText(deference.underTrust)),
    row("nothing invented", ({ grounded }) => shareText(grounded)),
    row("interrupted messages go on well", ({ seams }) => shareText(seams)),
    row("tone, in every turn", ({ tone }) => shareText(tone)),
    ...judgeRows(reports, row),
    ...(served
      ? [
          row("first words, p50 / p95 ms", ({ cost }) =>
            cost === undefined ? "" : `${cost.firstTextMs.p50} / ${cost.firstTextMs.p95}`,
          ),
          row("turn, p50 / p95 ms", ({ cost }) =>
            cost === undefined ? "" : `${cost.turnMs.p50} / ${cost.turnMs.p95}`,
          ),
          row("tokens read / written a turn", ({ cost }) =>
            cost === undefined ? "" : `${cost.promptTokens} / ${cost.completionTokens}`,
          ),
        ]
      : []),
  ];
}

/** Where a model judged, beside what the matcher of phrases says. */
function judgeRows(
  reports: readonly ModelReport[],
  row: (name: string, of: (report: ModelReport) => string) => Row,
): Row[] {
  const judge = reports.find((report) => report.judge !== undefined)?.judge;
  if (judge === undefined) return [];
  return [
    row(`semantics, judged by ${judge.model}`, (report) => shareText(report.judge?.passed)),
    row("  it agrees with the phrases", (report) => shareText(report.judge?.agreement)),
    row("  beyond chance (kappa)", (report) => report.judge?.kappa?.toFixed(2) ?? ""),
    row("  without a verdict", (report) => String(report.judge?.unanswered ?? "")),
  ];
}

/** As a Markdown table, for a terminal and for a file. */
export function modelsText(reports: readonly ModelReport[]): string {
  const rows = [["", ...reports.map(({ name }) => name)], ...figureRows(reports)];
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(3, ...rows.map((cells) => cells[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

/** One page that needs nothing else, light and dark as the reader's machine is. */
export function modelsPage(reports: readonly ModelReport[]): string {
  const names = reports.map(({ name }) => `<th scope="col">${escapeText(name)}</th>`).join("");
  const rows = figureRows(reports).map(([name, ...cells]) => {
    const told = cells.map((cell) => `<td>${escapeText(cell)}</td>`).join("");
    return `<tr><th scope="row">${escapeText(name)}</th>${told}</tr>`;
  });
  const table = `<div class="wide"><table><thead><tr><td></td>${names}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  const parts = [table, ...reports.map(confusionOf), ...reports.map(faultsOf)];
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${TITLE}</title><style>${STYLE}</style>`;
  return `<!doctype html><html lang="en"><head>${head}</head><body><h1>${TITLE}</h1><p>${NOTE}</p>${parts.join("\n")}</body></html>\n`;
}

const TITLE = "Orchestrator models";
const NOTE =
  "Shares of cases with the interval in which 95 of 100 repetitions would be, resampled by library and intent.";
const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin-bottom: 1.5rem; }
td, th { padding: .3rem 1rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
th { font-weight: 600; }
.wide { overflow-x: auto; }
li { margin-bottom: .3rem; }`;

function confusionOf({ name, deference }: ModelReport): string {
  const rows = deference.confusion.map(({ band, leaderIsRight, actions }) => {
    const { leader, other, none, asks } = actions;
    const cells = [band, leaderIsRight ? "right" : "wrong", leader, other, none, asks];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const head = ["band", "the router is", "its call", "another", "none", "a question"];
  const heads = head.map((each) => `<th scope="col">${each}</th>`).join("");
  return `<h2>${escapeText(name)}: what it did with the router's call</h2><table><thead><tr>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function faultsOf({ name, cases }: ModelReport): string {
  const failed = cases.filter(({ faults }) => faults.length > 0);
  const entries = failed.map(({ id, faults }) => {
    return `<li><b>${escapeText(id)}</b>: ${escapeText(faults.join("; "))}</li>`;
  });
  return `<details><summary>${escapeText(name)}: ${failed.length} of ${cases.length} cases with faults</summary><ul>${entries.join("")}</ul></details>`;
}

function shareText(share: Share | undefined): string {
  if (share === undefined) return "";
  return `${percent(share.share)} (${percent(share.low)} to ${percent(share.high)}, n ${share.of})`;
}

function percent(share: number | undefined): string {
  return share === undefined ? "" : `${(share * 100).toFixed(1)} %`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
