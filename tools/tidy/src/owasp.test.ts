import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const PAGE = readFileSync(join(ROOT, "docs", "owasp.md"), "utf8");
const ROW = /^\| (?<risk>(?:API|LLM)\d+) .+? \| .+ \| (?<tests>`[^`]+`: .+) \|$/gm;
/** One of a row's tests, which stand with a dot between them. */
const NAMED = /^`(?<file>[^`]+)`: (?<name>.+)$/;

// Mutant: a test of the page is renamed and the page is not.
test("each risk of both OWASP lists names a control and tests that there are", () => {
  const rows = [...PAGE.matchAll(ROW)].map(({ groups = {} }) => groups);
  const ofList = (list: string) =>
    Array.from({ length: 10 }, (_, at) =>
      list === "API" ? `API${at + 1}` : `LLM${String(at + 1).padStart(2, "0")}`,
    );
  expect(rows.map(({ risk }) => risk)).toEqual([...ofList("API"), ...ofList("LLM")]);
  const tests = rows.flatMap(({ tests: named = "" }) => named.split(" · "));
  const missing = tests.filter((test) => {
    const { file = "", name = "" } = NAMED.exec(test)?.groups ?? {};
    const path = join(ROOT, file);
    return name === "" || !existsSync(path) || !readFileSync(path, "utf8").includes(`"${name}"`);
  });
  expect(missing).toEqual([]);
});
