import type { SyntaxNode, Tree } from "@lezer/common";
import { failureAt } from "../parse-failure.ts";
import { bindingsOf } from "./bindings-of.ts";
import { isManifestName, unreadable } from "./manifest-names.ts";
import { parsePython } from "./parse-python.ts";
import { readLiteral, readLiterals } from "./read-literal.ts";
import { assertReadableNear, findSyntaxErrors, type SyntaxErrors } from "./syntax-errors.ts";

export interface PythonConstant {
  value: unknown;
  /** Where its name stands. */
  offset: number;
  /** Where its value begins and ends. */
  valueAt: { start: number; end: number };
  /** The end of the line of statements it stands in. */
  end: number;
}

export interface PythonModule {
  /** The module's docstring, if it begins with one. */
  docstring: string;
  /** Literal values of `__name__ = …` at the top level. */
  constants: ReadonlyMap<string, PythonConstant>;
  /** The comment lines before anything else, without their `#`. */
  header: string[];
  /** Past header, docstring and `from __future__` imports, which must come first. */
  prologueEnd: number;
}

const DUNDER = /^__[a-z_]+__$/;

/**
 * Reads what a Python file says about itself without running a line of it. A
 * manifest constant that is there and cannot be read, wherever and however it
 * is written, is never taken for one that is not there: throws `ParseFailure`.
 * Other constants whose value is no literal are left out. What the grammar does
 * not know elsewhere is no failure: the Python of the sandbox judges that.
 */
export function readPythonModule(source: string): PythonModule {
  const tree = parsePython(source);
  const errors = findSyntaxErrors(source, tree);
  return { ...prologueOf(source, tree), constants: constantsOf(source, tree, errors) };
}

function constantsOf(
  source: string,
  tree: Tree,
  errors: SyntaxErrors,
): Map<string, PythonConstant> {
  const constants = new Map<string, PythonConstant>();
  const isBinding = bindingsOf(source);
  tree.iterate({
    enter(reference) {
      if (reference.name !== "VariableName") return;
      const name = source.slice(reference.from, reference.to).normalize("NFKC");
      if (!DUNDER.test(name)) return;
      const { node } = reference;
      const isManifest = isManifestName(name);
      if (isManifest) {
        assertReadableNear(source, node, { name, errors });
        if (!isBinding(node)) return;
      } else if (node.prevSibling !== null) return;
      const constant = constantAt(source, node);
      if (isManifest && (constant === undefined || constants.has(name))) {
        throw failureAt(source, node.from, unreadable(name, constants.has(name)));
      }
      if (constant !== undefined) constants.set(name, constant);
    },
  });
  return constants;
}

/** Of an assignment at the top level whose value is a literal. */
function constantAt(source: string, name: SyntaxNode): PythonConstant | undefined {
  const statement = name.parent;
  if (statement?.name !== "AssignStatement") return undefined;
  const line = statement.parent?.name === "StatementGroup" ? statement.parent : statement;
  const operators = statement.getChildren("AssignOp");
  const last = operators.at(-1);
  if (line.parent?.name !== "Script" || last === undefined) return undefined;
  // `a, name = 1, 2` has marks beside the name where `a = name = 1` has none.
  const isAlone = [name.prevSibling, name.nextSibling].every(
    (beside) => beside === null || /^(?:AssignOp|TypeDef|Comment)$/.test(beside.name),
  );
  const nodes = siblingsAfter(last);
  const literal = isAlone ? readLiterals(source, nodes) : undefined;
  const end = nodes.findLast((node) => node.name !== "Comment")?.to ?? last.to;
  // Under a second name a list can be changed out of sight.
  const isShared = operators.length > 1 && typeof literal?.value === "object";
  if (literal === undefined || isShared) return undefined;
  const valueAt = { start: nodes[0]?.from ?? last.to, end };
  return { value: literal.value, offset: name.from, valueAt, end: line.to };
}

function siblingsAfter(node: SyntaxNode): SyntaxNode[] {
  const siblings: SyntaxNode[] = [];
  for (let next = node.nextSibling; next !== null; next = next.nextSibling) siblings.push(next);
  return siblings;
}

/** Statements of the top level, those that share a line one by one. */
function prologueOf(source: string, tree: Tree): Omit<PythonModule, "constants"> {
  const header: string[] = [];
  let docstring: string | undefined;
  let prologueEnd = 0;
  for (let node = tree.topNode.firstChild; node !== null; node = node.nextSibling) {
    const text = source.slice(node.from, node.to);
    if (node.name === "Comment") {
      if (docstring !== undefined) continue;
      if (!text.startsWith("#!") && !/coding[:=]/.test(text)) {
        header.push(text.replace(/^#+\s?/, ""));
      }
      prologueEnd = node.to;
      continue;
    }
    const first = node.name === "StatementGroup" ? node.firstChild : node;
    const said = docstring === undefined ? textOf(source, first) : undefined;
    if (said === undefined && !/^from\s+__future__\b/.test(text)) break;
    docstring ??= said ?? "";
    prologueEnd = node.to;
  }
  return { docstring: docstring ?? "", header, prologueEnd };
}

function textOf(source: string, statement: SyntaxNode | null): string | undefined {
  const expression = statement?.name === "ExpressionStatement" ? statement.firstChild : null;
  const value = expression === null ? undefined : readLiteral(source, expression)?.value;
  return typeof value === "string" ? value : undefined;
}
