import type { Interval, QualityFigures } from "./quality-figures.ts";

/** One contender on one set. */
export interface QualityRow {
  set: string;
  lines: { meant: number; none: number };
  shots: number;
  contender: string;
  figures: QualityFigures;
}

/** Something that was to be measured and was not. */
export interface NotMeasured {
  name: string;
  reason: string;
}

const COLUMNS = [
  "set, lines that mean an item + lines that mean none",
  "examples an item",
  "by",
  "right item first",
  "right item first, and called",
  "AUROC, an item or none",
  "none, and nothing called",
  "sure enough to run: share, of it right",
];

export function qualityReport(
  rows: readonly QualityRow[],
  {
    machine,
    model,
    command,
    notMeasured,
  }: { machine: string; model: string; command: string; notMeasured: readonly NotMeasured[] },
): string {
  return [
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)}`,
    "",
    `Model: ${model}. Machine: ${machine}. In percent but for AUROC; in brackets where 95 of 100 samples of such lines would lie.`,
    "",
    `| ${COLUMNS.join(" | ")} |`,
    `|${COLUMNS.map(() => "---").join("|")}|`,
    ...rows.map(rowText),
    "",
    notMeasured.length === 0
      ? "Nothing was left out."
      : `Not measured: ${notMeasured.map(({ name, reason }) => `${name} (${reason})`).join("; ")}.`,
  ].join("\n");
}

export function rowText({ set, lines, shots, contender, figures }: QualityRow): string {
  const { itemFirst, itemCalled, auroc, refused, aboveAct } = figures;
  const act =
    aboveAct === undefined
      ? "–"
      : `${(100 * aboveAct.coverage).toFixed(1)}, ${percent(aboveAct.right)}`;
  const cells = [
    `${set}, ${lines.meant} + ${lines.none}`,
    String(shots),
    contender,
    percent(itemFirst),
    percent(itemCalled),
    shown(auroc, (value) => value.toFixed(3)),
    percent(refused),
    act,
  ];
  return `| ${cells.join(" | ")} |`;
}

function percent(interval: Interval | undefined): string {
  return shown(interval, (value) => (100 * value).toFixed(1));
}

function shown(interval: Interval | undefined, write: (value: number) => string): string {
  if (interval === undefined) return "–";
  return `${write(interval.value)} (${write(interval.low)} to ${write(interval.high)})`;
}
