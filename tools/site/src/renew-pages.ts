import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renewSnippets } from "./snippets.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** Renews what pages of docs/ show of files; the pages that changed. */
export function renewPages(): string[] {
  const pages = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path));
  return pages.filter((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    const renewed = renewSnippets(text, (file) => readFileSync(join(ROOT, file), "utf8"));
    if (renewed === text) return false;
    writeFileSync(join(ROOT, path), renewed);
    return true;
  });
}
