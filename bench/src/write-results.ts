import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const RESULTS = join(import.meta.dirname, "..", "RESULTS.md");

/** Replaces one benchmark's section of RESULTS.md, between its markers. */
export function writeResults(name: string, report: string): void {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(RESULTS, "utf8");
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`RESULTS.md has no section ${name}`);
  writeFileSync(RESULTS, `${text.slice(0, from + open.length)}\n${report}\n${text.slice(to)}`);
}
