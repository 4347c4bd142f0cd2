import type { UsageRow } from "@lilux/protocol";

const COLUMNS = [
  "day",
  "person",
  "turns",
  "calls",
  "predictions",
  "promptTokens",
  "completionTokens",
  "scriptSeconds",
  "cost",
] as const satisfies readonly (keyof UsageRow)[];

/** For a table program, a line for each day and person. Identifiers and numbers need no quotes. */
export function usageCsv(rows: readonly UsageRow[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => row[column] ?? "").join(","));
  return `${[COLUMNS.join(","), ...lines].join("\n")}\n`;
}
