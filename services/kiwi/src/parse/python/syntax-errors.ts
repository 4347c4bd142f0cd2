import type { SyntaxNode, Tree } from "@lezer/common";
import { failureAt } from "../parse-failure.ts";
import { exampleOf } from "./manifest-names.ts";

/** Where the grammar did not know what it read. */
export interface SyntaxErrors {
  /** Lines, from 0, in rising order, with the offset of an error in each. */
  at: readonly { line: number; offset: number }[];
  lineOf(offset: number): number;
}

/** Throws `ParseFailure` for a string without an end: it hides all that comes after it. */
export function findSyntaxErrors(source: string, tree: Tree): SyntaxErrors {
  const lineOf = lineIndex(source);
  const at: { line: number; offset: number }[] = [];
  tree.iterate({
    enter({ type, from, node }) {
      if (!type.isError) return;
      assertEnds(source, node.parent);
      const line = lineOf(from);
      if (at.at(-1)?.line !== line) at.push({ line, offset: from });
    },
  });
  return { at, lineOf };
}

function assertEnds(source: string, string: SyntaxNode | null): void {
  if (string?.name !== "String" && string?.name !== "FormatString") return;
  const quote = /^[a-z]*("""|'''|"|')/i.exec(source.slice(string.from, string.from + 6))?.[1];
  if (quote === undefined || source.slice(string.from, string.to).endsWith(quote)) return;
  throw failureAt(source, string.from, {
    cause: "a string that starts here never ends",
    fix: "Add its closing quotes.",
  });
}

/**
 * On lines that the grammar does not know, what stands beside a manifest
 * constant may belong to it. Throws `ParseFailure`.
 */
export function assertReadableNear(
  source: string,
  node: SyntaxNode,
  { name, errors }: { name: string; errors: SyntaxErrors },
): void {
  const statement = node.parent?.name === "AssignStatement" ? node.parent : node;
  const first = errors.lineOf(statement.from);
  const error = errors.at[firstFrom(errors.at.length, (index) => errors.at[index]?.line, first)];
  if (error === undefined || error.line > errors.lineOf(statement.to)) return;
  throw failureAt(source, error.offset, {
    cause: `what stands here, beside ${name}, cannot be read as Python`,
    fix: `${exampleOf(name)} on a line of its own, and close every bracket before it.`,
  });
}

function lineIndex(source: string): (offset: number) => number {
  const starts: number[] = [];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return (offset) => firstFrom(starts.length, (index) => starts[index], offset + 1);
}

/** The first index whose number, which rise, is at least this one. */
function firstFrom(
  length: number,
  numberAt: (index: number) => number | undefined,
  least: number,
): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numberAt(middle) ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
