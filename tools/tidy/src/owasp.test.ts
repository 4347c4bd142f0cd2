import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const PAGE = readFileSync(join(ROOT, "docs", "owasp.md"), "utf8");
const ROW = /^\| (?<risk>(?:API|LLM)\d+) .+? \| .+ \| `(?<file>[^`]+)`: (?<name>.+) \|$/gm;

// Mutant: a test of the page is renamed and the page is not.
test("each risk of both OWASP lists names a control and a test that there is", () => {
  const rows = [...PAGE.matchAll(ROW)].map(({ groups = {} }) => groups);
  const ofList = (list: string) =>
    Array.from({ length: 10 }, (_, at) =>
      list === "API" ? `API${at + 1}` : `LLM${String(at + 1).padStart(2, "0")}`,
    );
  expect(rows.map(({ risk }) => risk)).toEqual([...ofList("API"), ...ofList("LLM")]);
  const missing = rows.filter(({ file = "", name = "" }) => {
    const path = join(ROOT, file);
    return !existsSync(path) || !readFileSync(path, "utf8").includes(`"${name}"`);
  });
  expect(missing).toEqual([]);
});
