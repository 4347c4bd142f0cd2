import type { SyntaxNode } from "@lezer/common";
import { parsePython } from "./parse-python.ts";

/** A module that a script imports, by the first part of its name. */
export interface ImportedModule {
  name: string;
  offset: number;
}

/** What is imported only where it is there, or only for readers of types, is not needed to run. */
const WITHIN_TRY = new Set(["TryStatement"]);

/**
 * The modules that a script cannot run without: `import a.b` is `a`. Relative imports are its own
 * package's; what stands in `try` is asked for, not needed. Throws `ParseFailure` for no Python.
 */
export function readImports(source: string): ImportedModule[] {
  const found = new Map<string, ImportedModule>();
  parsePython(source).iterate({
    enter({ name, node }) {
      if (name !== "ImportStatement" || isOptional(source, node)) return;
      for (const module of modulesOf(source, node)) {
        if (!found.has(module.name)) found.set(module.name, module);
      }
    },
  });
  return [...found.values()];
}

function modulesOf(source: string, statement: SyntaxNode): ImportedModule[] {
  const text = source.slice(statement.from, statement.to);
  const from = /^from\s+([A-Za-z_]\w*)/.exec(text);
  if (from?.[1] !== undefined) return [{ name: from[1], offset: statement.from }];
  // `from . import a` and `from .b import c`.
  if (/^from\b/.test(text)) return [];
  return text
    .replace(/^import\b/, "")
    .split(",")
    .flatMap((part) => {
      const name = /[A-Za-z_]\w*/.exec(part)?.[0];
      return name === undefined ? [] : [{ name, offset: statement.from }];
    });
}

function isOptional(source: string, statement: SyntaxNode): boolean {
  for (let node = statement.parent; node !== null; node = node.parent) {
    if (WITHIN_TRY.has(node.name)) return true;
    if (node.name !== "IfStatement") continue;
    const head = source.slice(node.from, source.indexOf("\n", node.from));
    if (/\bTYPE_CHECKING\b/.test(head)) return true;
  }
  return false;
}
