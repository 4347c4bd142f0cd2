import type { ExecuteResult, LoadResult, SearchResult } from "@lilux/protocol";

/** The longest text of one result; the whole is in the structured content. */
const TEXT_CHARACTERS_MAX = 100_000;

export function renderSearch({ query, results, total }: SearchResult): string {
  if (results.length === 0) return `Nothing found for "${query}".`;
  const lines = results.map(
    ({ qualified_id, source, version, description }) =>
      `- ${qualified_id} (${source}, ${version}): ${oneLine(description)}`,
  );
  return capped([`${results.length} of ${total} for "${query}":`, ...lines].join("\n"));
}

export function renderLoad({ item, mode, path, content }: LoadResult): string {
  const head = `${item.item_type} ${item.qualified_id} ${item.version} from ${item.source}, ${path}${mode === "copied" ? ", copied" : ""}`;
  return capped(`${head}\n\n${content}`);
}

export function renderExecute(result: ExecuteResult): string {
  const { status, item_type, item_id, action, metadata, steps = [], logs = [] } = result;
  const parts = [
    `${status}: ${action} ${item_type} ${item_id}, ${Math.round(metadata.durationMs)} ms`,
  ];
  steps.forEach(({ name, description, action: what }, index) => {
    parts.push(
      `${index + 1}. ${[name, description, what].filter((text) => text !== "").join("\n   ")}`,
    );
  });
  const { data } = result;
  if (data !== null && data !== undefined) {
    parts.push(typeof data === "string" ? data : JSON.stringify(data, null, 2));
  }
  if (metadata.outputFile !== undefined) parts.push(`Whole output: ${metadata.outputFile}`);
  if (status === "error" && logs.length > 0) parts.push(`Log:\n${logs.join("\n")}`);
  return capped(parts.join("\n"));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function capped(text: string): string {
  if (text.length <= TEXT_CHARACTERS_MAX) return text;
  return `${text.slice(0, TEXT_CHARACTERS_MAX)}\n… cut here; the structured content has all of it.`;
}
