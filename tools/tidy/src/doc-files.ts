import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./source-files.ts";

export interface DocFile {
  /** From the checkout's root. */
  path: string;
  text: string;
}

/** Items of the demo library and texts of others are content, not documentation. */
const LEFT_OUT = /^(?:examples\/library\/\.ai|training\/router\/lexicon|models\/)/;

/** The Markdown files of the checkout that git tracks or would track. */
export function readDocFiles(): DocFile[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    { cwd: ROOT, encoding: "utf8" },
  );
  return listed
    .split("\n")
    .filter((path) => path !== "" && !LEFT_OUT.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

/** What stands in a page as code: the lines of fenced and indented blocks, and inline spans. */
export function codeOf(text: string): string[] {
  const fenced = [...text.matchAll(/^(`{3,}|~{3,})[^\n]*\n([\s\S]*?)^\1/gm)].flatMap((match) =>
    (match[2] ?? "").split("\n"),
  );
  const prose = text.replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, "");
  const spans = [...prose.matchAll(/(`+)([^`][\s\S]*?)\1/g)].map((match) => match[2] ?? "");
  const indented = prose.split("\n").filter((line) => /^ {4}\S/.test(line));
  return [...fenced, ...spans, ...indented].map((line) => line.replace(/\s+/g, " ").trim());
}
