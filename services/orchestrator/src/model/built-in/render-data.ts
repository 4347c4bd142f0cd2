const TABLE_ROWS_MAX = 12;
const TABLE_COLUMNS_MAX = 6;
const CELL_CHARACTERS_MAX = 80;
const LIST_ENTRIES_MAX = 20;
const CODE_CHARACTERS_MAX = 4_000;

/** Any JSON value as readable markdown: a table, a list, or a capped code block. */
export function renderData(data: unknown): string {
  if (data === null || data === undefined) return "It returned nothing.";
  if (typeof data === "string") return cut(data, CODE_CHARACTERS_MAX);
  if (isScalar(data)) return `\`${String(data)}\``;
  if (isRows(data)) return table(data);
  if (isObject(data)) return objectList(data);
  return code(data);
}

function table(rows: readonly Record<string, unknown>[]): string {
  const columns = Object.keys(rows[0] ?? {}).slice(0, TABLE_COLUMNS_MAX);
  const lines = [
    `| ${columns.map(cell).join(" | ")} |`,
    `| ${columns.map(() => "---").join(" | ")} |`,
    ...rows.slice(0, TABLE_ROWS_MAX).map((row) => {
      return `| ${columns.map((column) => cell(row[column])).join(" | ")} |`;
    }),
  ];
  const more = rows.length - TABLE_ROWS_MAX;
  return more > 0
    ? `${lines.join("\n")}\n\n${more} more rows are in the result.`
    : lines.join("\n");
}

function objectList(data: Record<string, unknown>): string {
  const entries = Object.entries(data);
  const parts = entries.slice(0, LIST_ENTRIES_MAX).map(([key, value]) => {
    if (isScalar(value)) return `- **${key}**: ${cut(String(value), CODE_CHARACTERS_MAX)}`;
    if (Array.isArray(value) && value.length === 0) return `- **${key}**: none`;
    if (Array.isArray(value) && value.every(isScalar)) return `- **${key}**: ${scalars(value)}`;
    return `\n**${key}**\n\n${isRows(value) ? table(value) : code(value)}\n`;
  });
  const more = entries.length - LIST_ENTRIES_MAX;
  if (more > 0) parts.push(`- ${more} more fields are in the result.`);
  return parts.join("\n").trim();
}

function scalars(values: readonly unknown[]): string {
  const shown = values.slice(0, LIST_ENTRIES_MAX).map((value) => cell(value));
  const more = values.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

function code(value: unknown): string {
  return `\`\`\`json\n${cut(JSON.stringify(value, null, 2), CODE_CHARACTERS_MAX)}\n\`\`\``;
}

function cell(value: unknown): string {
  const text = isScalar(value) ? String(value) : JSON.stringify(value);
  return cut((text ?? "").replaceAll("|", "\\|").replace(/\s+/g, " "), CELL_CHARACTERS_MAX);
}

function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax)}…`;
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRows(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}
