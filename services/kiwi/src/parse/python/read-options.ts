import type { SyntaxNode } from "@lezer/common";
import { parsePython } from "./parse-python.ts";
import { readLiteral } from "./read-literal.ts";

/** A long option as a script declares it to argparse. */
export interface DeclaredOption {
  /** As `--word-count`. */
  flag: string;
  /** The name its value goes by in the script. */
  dest: string;
  action: "store" | "store_true" | "store_false" | "append" | "extend" | "yes_or_no" | "other";
  /** How many values follow it: a number, `*`, `+`, `?`; undefined for exactly one. */
  nargs: string | number | undefined;
  /** What its value goes through, as written: `json.loads`. */
  type: string;
  choices: unknown;
}

const ACTIONS = ["store", "store_true", "store_false", "append", "extend"] as const;
/** argparse's own names for how many. */
const NARGS: Readonly<Record<string, string>> = {
  ZERO_OR_MORE: "*",
  ONE_OR_MORE: "+",
  OPTIONAL: "?",
};

/**
 * The options of a script's `add_argument(…)` calls, as far as they are written
 * out; those made in a loop, or whose form is not literal, are left out. The
 * script is not run. Throws `ParseFailure` for what is no Python.
 */
export function readOptions(source: string): DeclaredOption[] {
  return readAllOptions(source).options;
}

/** The same, with whether that was all of them: a script may also make its options as it runs. */
export function readAllOptions(source: string): { options: DeclaredOption[]; isWhole: boolean } {
  const options: DeclaredOption[] = [];
  let isWhole = true;
  if (!source.includes("add_argument")) return { options, isWhole: false };
  parsePython(source).iterate({
    enter({ name, node }) {
      if (name !== "ArgList" || !calls(source, node, "add_argument")) return;
      const read = optionsOf(source, node);
      if (read === undefined) isWhole = false;
      else options.push(...read);
    },
  });
  return { options, isWhole };
}

function calls(source: string, args: SyntaxNode, method: string): boolean {
  const callee = args.prevSibling?.lastChild;
  return callee?.name === "PropertyName" && source.slice(callee.from, callee.to) === method;
}

/** None for what is no option; undefined where its form cannot be read from the text. */
function optionsOf(source: string, args: SyntaxNode): DeclaredOption[] | undefined {
  const given = argumentsOf(source, args);
  if (given === undefined) return undefined;
  const { flags, named } = given;
  const longs = flags.filter((flag) => flag.startsWith("--"));
  const [first] = longs;
  const action = actionOf(source, named.get("action"));
  const nargs = nargsOf(source, named.get("nargs"));
  if (first === undefined) return [];
  if (action === undefined || nargs === "unknown") return undefined;
  const dest = literalOf(source, named.get("dest")) ?? first.slice(2).replaceAll("-", "_");
  if (typeof dest !== "string") return undefined;
  const type = named.get("type");
  return longs.map((flag) => ({
    flag,
    dest,
    action,
    nargs,
    type: type === undefined ? "" : source.slice(type.from, type.to),
    choices: literalOf(source, named.get("choices")),
  }));
}

/** Undefined where something is handed on that is not to be seen: `*names`, `**options`. */
function argumentsOf(
  source: string,
  args: SyntaxNode,
): { flags: string[]; named: Map<string, SyntaxNode> } | undefined {
  const flags: string[] = [];
  const named = new Map<string, SyntaxNode>();
  for (let node = args.firstChild; node !== null; node = node.nextSibling) {
    if (/^[(),]$|^Comment$/.test(node.name)) continue;
    const operator = node.nextSibling;
    const value = operator?.name === "AssignOp" ? operator.nextSibling : null;
    if (value !== null) {
      named.set(source.slice(node.from, node.to), value);
      node = value;
      continue;
    }
    const flag = readLiteral(source, node)?.value;
    if (typeof flag !== "string") return undefined;
    flags.push(flag);
  }
  return { flags, named };
}

function actionOf(
  source: string,
  node: SyntaxNode | undefined,
): DeclaredOption["action"] | undefined {
  if (node === undefined) return "store";
  if (source.slice(node.from, node.to).endsWith("BooleanOptionalAction")) return "yes_or_no";
  const written = literalOf(source, node);
  return ACTIONS.find((action) => action === written) ?? "other";
}

function nargsOf(
  source: string,
  node: SyntaxNode | undefined,
): DeclaredOption["nargs"] | "unknown" {
  if (node === undefined) return undefined;
  const written = literalOf(source, node);
  if (typeof written === "string" || typeof written === "number") return written;
  const name = source.slice(node.from, node.to).split(".").at(-1) ?? "";
  return NARGS[name] ?? "unknown";
}

function literalOf(source: string, node: SyntaxNode | undefined): unknown {
  return node === undefined ? undefined : readLiteral(source, node)?.value;
}
