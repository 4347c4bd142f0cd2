export function tableOf(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = `| ${names.join(" | ")} |\n|${names.map(() => "---").join("|")}|\n`;
  return `${head}${rows.map((row) => `| ${row.join(" | ")} |\n`).join("")}`;
}

/** Text within a cell: on one line, and without what ends it. */
export function cell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim();
}
