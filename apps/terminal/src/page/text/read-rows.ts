import Papa from "papaparse";

/** A table's rows as text, the first being its head; RFC 4180, and whatever sign stands between cells. */
export function readRows(text: string): string[][] {
  return Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: "greedy" }).data;
}
