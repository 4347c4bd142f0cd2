import type { SyntaxNode } from "@lezer/common";
import { parsePython } from "./parse-python.ts";

/** Constants that only say something of the script. The rest of a manifest is compared as it is read. */
const SAID = ["__tool_description__", "__description__", "__version__", "__tags__", "__category__"];
const READ = [
  "__effect__",
  "__permissions__",
  "__dependencies__",
  "__environment__",
  "__secrets__",
  "__inputs__",
];

/**
 * A script's statements without what only describes it: docstring, comments,
 * manifest. Two texts with the same of it run the same. What the code itself
 * looks at is no mere description: it stays.
 */
export function runningCode(source: string): string {
  const statements: string[] = [codingOf(source)];
  let isFirst = true;
  for (let node = parsePython(source).topNode.firstChild; node !== null; node = node.nextSibling) {
    if (node.name === "Comment") continue;
    const text = source.slice(node.from, node.to);
    const isDocstring = isFirst && isText(node) && !/\b__doc__\b|getdoc/.test(source);
    isFirst = false;
    if (!isDocstring && !isManifest(text, source)) statements.push(text);
  }
  return statements.join("\n");
}

/** Another encoding makes another program of the same letters. */
function codingOf(source: string): string {
  const [first = "", second = ""] = source.split("\n", 2);
  return [first, second].filter((line) => /^\s*#.*coding[:=]/.test(line)).join("\n");
}

function isText(statement: SyntaxNode): boolean {
  return (
    statement.name === "ExpressionStatement" &&
    ["String", "ContinuedString"].includes(statement.firstChild?.name ?? "")
  );
}

/** A manifest's constant that nothing else in the script names. */
function isManifest(statement: string, source: string): boolean {
  const name = /^(__[a-z_]+__)\s*(?::[^=\n]+)?=(?!=)/.exec(statement)?.[1];
  if (name === undefined || ![...SAID, ...READ].includes(name)) return false;
  // `globals()["__tags__"]` and `vars()` reach constants without naming them as such.
  const isLookedAt =
    source.split(name).length > 2 || /\b(?:globals|vars|locals|__dict__|__main__)\b/.test(source);
  return !isLookedAt || READ.includes(name);
}
