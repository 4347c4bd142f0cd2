import type { SyntaxNode } from "@lezer/common";

/** What a target may be wrapped in: `(a, [b, c])`. */
const WRAPPERS = new Set(["ParenthesizedExpression", "TupleExpression", "ArrayExpression"]);
const WRAPPERS_MAX = 64;

/** Methods of lists, sets and dicts that change them. */
const CHANGING_METHODS = new Set([
  ...["append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"],
  ...["add", "discard", "update", "setdefault", "popitem"],
]);

/**
 * Tells whether a name gets a value at a place, loses it, or has what it holds
 * changed, in any way the language's grammar has for that. Names of one
 * expression (comprehensions) and parameters are none of it. For the names of
 * one text: what is known of a statement is kept.
 */
export function bindingsOf(source: string): (name: SyntaxNode) => boolean {
  const landmarks = new Map<number, Landmarks>();

  function landmarksOf(statement: SyntaxNode): Landmarks {
    const known = landmarks.get(statement.from);
    if (known !== undefined) return known;
    const found = findLandmarks(statement);
    landmarks.set(statement.from, found);
    return found;
  }

  return (name) => {
    const target = outermostTarget(name);
    if (target === undefined || isWalrus(source, name)) return true;
    const { parent } = target;
    if (parent === null) return false;
    switch (parent.name) {
      case "AssignStatement": {
        // Left of the last `=`; or of none at all, which is an annotation alone.
        const { lastAssign } = landmarksOf(parent);
        return lastAssign === undefined || target.to <= lastAssign;
      }
      case "ForStatement":
        return target.to <= (landmarksOf(parent).firstIn ?? 0);
      case "ImportStatement":
        return isImported(target, landmarksOf(parent));
      case "UpdateStatement":
        return parent.firstChild?.from === target.from;
      case "WithStatement":
      case "TryStatement":
        return target.prevSibling?.name === "as";
      case "FunctionDefinition":
      case "ClassDefinition":
      case "TypeDefinition":
        return /^(?:def|class|type)$/.test(target.prevSibling?.name ?? "");
      case "CallExpression":
        return isChangingMethod(source, parent, target);
      case "DeleteStatement":
      case "CapturePattern":
      case "StarPattern":
      case "MappingPattern":
      case "AsPattern":
        return true;
      default:
        return false;
    }
  };
}

/** Offsets of the words within a statement that say what a name beside them is. */
interface Landmarks {
  lastAssign: number | undefined;
  firstIn: number | undefined;
  firstImport: number | undefined;
}

function findLandmarks(statement: SyntaxNode): Landmarks {
  return {
    lastAssign: statement.getChildren("AssignOp").at(-1)?.from,
    firstIn: statement.getChild("in")?.from,
    firstImport: statement.getChild("import")?.from,
  };
}

/**
 * Past brackets, and past what is reached through the name: `name[0].part`.
 * Undefined in more brackets than anyone writes.
 */
function outermostTarget(name: SyntaxNode): SyntaxNode | undefined {
  let target = name;
  for (let depth = 0; depth < WRAPPERS_MAX; depth += 1) {
    const { parent } = target;
    if (parent === null) return target;
    const isReached = parent.name === "MemberExpression" && parent.firstChild?.from === target.from;
    if (!isReached && !WRAPPERS.has(parent.name)) return target;
    target = parent;
  }
  return undefined;
}

const WALRUS = /(?:[ \t\f\n]|\\\n|#[^\n]*\n)*:=/y;

/** `(name := value)`, which the grammar has no node for among arguments and in sets. */
function isWalrus(source: string, name: SyntaxNode): boolean {
  WALRUS.lastIndex = name.to;
  return WALRUS.test(source);
}

/** `import a.b` binds `a`, `from a import b as c` binds `c`. */
function isImported(name: SyntaxNode, { firstImport = 0 }: Landmarks): boolean {
  const before = name.prevSibling?.name;
  if (before === "as") return true;
  return name.from > firstImport && before !== "." && name.nextSibling?.name !== "as";
}

function isChangingMethod(source: string, call: SyntaxNode, target: SyntaxNode): boolean {
  const method = target.name === "MemberExpression" ? target.lastChild : null;
  if (call.firstChild?.from !== target.from || method?.name !== "PropertyName") return false;
  return CHANGING_METHODS.has(source.slice(method.from, method.to));
}
