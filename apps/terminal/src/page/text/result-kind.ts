import type { ExecuteResult, LoadResult, SearchResult } from "@lilux/protocol";

/** A call's result, told apart by its own shape: the wire promises none. */
export type KnownResult =
  | { kind: "search"; result: SearchResult }
  | { kind: "load"; result: LoadResult }
  | { kind: "execute"; result: ExecuteResult }
  | { kind: "other"; result: unknown };

export function resultKind(result: unknown): KnownResult {
  if (isRecord(result)) {
    if (Array.isArray(result["results"]) && typeof result["query"] === "string") {
      return { kind: "search", result: result as SearchResult };
    }
    if (isRecord(result["item"]) && typeof result["content"] === "string") {
      return { kind: "load", result: result as LoadResult };
    }
    if (typeof result["status"] === "string" && isRecord(result["metadata"])) {
      return { kind: "execute", result: result as unknown as ExecuteResult };
    }
  }
  return { kind: "other", result };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The columns of a list of flat objects, or null where a table would not fit. A short list is flat. */
export function tableColumns(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return null;
  const columns = new Set<string>();
  for (const row of value.slice(0, ROWS_LOOKED_AT)) {
    for (const [name, cell] of Object.entries(row)) {
      if (!isFlat(cell)) return null;
      columns.add(name);
    }
  }
  return columns.size === 0 || columns.size > COLUMNS_MAX ? null : [...columns];
}

function isFlat(cell: unknown): boolean {
  if (!Array.isArray(cell)) return typeof cell !== "object" || cell === null;
  return cell.length <= CELL_ENTRIES_MAX && cell.every((entry) => typeof entry !== "object");
}

const CELL_ENTRIES_MAX = 6;
const ROWS_LOOKED_AT = 50;
const COLUMNS_MAX = 8;
