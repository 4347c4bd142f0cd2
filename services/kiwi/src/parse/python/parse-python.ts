import type { PartialParse, Tree } from "@lezer/common";
import { parser } from "@lezer/python";
import { failureAt } from "../parse-failure.ts";

/** Template strings within template strings are found one pass later. */
const PASSES_MAX = 3;
/** Finding the way back after an error is slow; some four hundred of them are no Python at all. */
const RECOVERY_STEPS_MAX = 2_000;

/**
 * Python source as a tree. The grammar is error tolerant: what it does not know
 * becomes error nodes, and the rest is read. Template strings (Python 3.14) are
 * unknown to it; they are read as the format strings they are built like. Every
 * offset is one of `source`. Throws `ParseFailure` for what is mostly errors.
 */
export function parsePython(source: string): Tree {
  let read = source;
  let tree = parseBounded(read);
  for (let pass = 1; pass < PASSES_MAX; pass += 1) {
    const prefixes = templatePrefixes(read, tree);
    if (prefixes.length === 0) return tree;
    read = withFormatPrefixes(read, prefixes);
    tree = parseBounded(read);
  }
  return tree;
}

function parseBounded(source: string): Tree {
  const parse = parser.startParse(source);
  let recoverySteps = 0;
  for (;;) {
    const tree = parse.advance();
    if (tree !== null) return tree;
    if (isRecovering(parse)) recoverySteps += 1;
    if (recoverySteps > RECOVERY_STEPS_MAX) {
      throw failureAt(source, Math.min(parse.parsedPos, source.length), {
        cause: "up to here, too much cannot be read as Python",
        fix: "Correct its syntax, or keep the file elsewhere.",
      });
    }
  }
}

/** The parser counts down from its last error; a field of it that its types do not name. */
function isRecovering(parse: PartialParse): boolean {
  return "recovering" in parse && typeof parse.recovering === "number" && parse.recovering > 0;
}

/** Offsets of a `t` right before what the grammar took for a string without a prefix. */
function templatePrefixes(source: string, tree: Tree): number[] {
  const offsets: number[] = [];
  tree.iterate({
    enter({ name, from }) {
      if (name !== "String") return;
      const prefix = /(?<![\p{L}\p{N}_])(?:t|rt|tr)$/iu.exec(
        source.slice(Math.max(0, from - 4), from),
      );
      if (prefix !== null) offsets.push(from - prefix[0].length + prefix[0].search(/t/i));
    },
  });
  return offsets;
}

function withFormatPrefixes(source: string, offsets: readonly number[]): string {
  const parts: string[] = [];
  let last = 0;
  for (const offset of offsets) {
    parts.push(source.slice(last, offset), "f");
    last = offset + 1;
  }
  return parts.join("") + source.slice(last);
}
