import type { SyntaxNode } from "@lezer/common";
import { pythonString } from "./python-string.ts";

/** A literal's value in JSON's terms: sequences and sets as arrays, dicts as objects. */
export interface Literal {
  value: unknown;
}

const DEPTH_MAX = 32;
const MARKS = new Set(["(", ")", "[", "]", "{", "}", ",", "Comment"]);

/**
 * The value of an expression that is a literal through and through; undefined
 * for everything that would have to be run to be known, for numbers that would
 * lose digits, and for what is nested too deeply.
 */
export function readLiteral(source: string, node: SyntaxNode, depth = 0): Literal | undefined {
  if (depth > DEPTH_MAX) return undefined;
  const inner = (): (Literal | undefined)[] =>
    childrenOf(node).map((child) => readLiteral(source, child, depth + 1));
  switch (node.name) {
    case "String":
      return literal(pythonString(source.slice(node.from, node.to)));
    case "ContinuedString":
      return joined(inner());
    case "Number":
      return literal(pythonNumber(source.slice(node.from, node.to)));
    case "UnaryExpression":
      return signed(source, node);
    case "Boolean":
      return { value: source.slice(node.from, node.to) === "True" };
    case "None":
      return { value: null };
    case "ParenthesizedExpression":
      return inner().length === 1 ? inner()[0] : undefined;
    case "TupleExpression":
    case "ArrayExpression":
    case "SetExpression":
      return listOf(inner());
    case "DictionaryExpression":
      return dictOf(source, node, depth);
    default:
      return undefined;
  }
}

/** Expressions with commas between them and no brackets, or the only one. */
export function readLiterals(source: string, nodes: readonly SyntaxNode[]): Literal | undefined {
  const values = nodes.filter(({ name }) => !MARKS.has(name));
  const [first] = values;
  if (first === undefined) return undefined;
  const isTuple = nodes.some(({ name }) => name === ",");
  if (!isTuple) return values.length === 1 ? readLiteral(source, first) : undefined;
  return listOf(values.map((node) => readLiteral(source, node, 1)));
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (!MARKS.has(child.name)) children.push(child);
  }
  return children;
}

function literal(value: unknown): Literal | undefined {
  return value === undefined ? undefined : { value };
}

function joined(parts: readonly (Literal | undefined)[]): Literal | undefined {
  const texts = parts.map((part) => part?.value);
  return texts.every((text) => typeof text === "string") ? { value: texts.join("") } : undefined;
}

function listOf(items: readonly (Literal | undefined)[]): Literal | undefined {
  const known = items.filter((item) => item !== undefined);
  return known.length === items.length ? { value: known.map(({ value }) => value) } : undefined;
}

/** Keys and values take turns with colons between them; `**other` breaks the turn. */
function dictOf(source: string, node: SyntaxNode, depth: number): Literal | undefined {
  const children = childrenOf(node);
  const entries: [string, unknown][] = [];
  for (let index = 0; index < children.length; index += 3) {
    const [key, colon, value] = children.slice(index, index + 3);
    if (key === undefined || colon?.name !== ":" || value === undefined) return undefined;
    const name = readLiteral(source, key, depth + 1);
    const member = readLiteral(source, value, depth + 1);
    if (name === undefined || member === undefined) return undefined;
    entries.push([String(name.value), member.value]);
  }
  return { value: Object.fromEntries(entries) };
}

function signed(source: string, node: SyntaxNode): Literal | undefined {
  const [sign, operand] = childrenOf(node);
  if (sign?.name !== "ArithOp" || operand?.name !== "Number") return undefined;
  const number = pythonNumber(source.slice(operand.from, operand.to));
  if (number === undefined) return undefined;
  return { value: source[sign.from] === "-" ? -number : number };
}

/** Undefined for imaginary numbers, and for whole ones whose digits a double does not hold. */
function pythonNumber(written: string): number | undefined {
  const text = written.replaceAll("_", "");
  const number = Number(text);
  const isWhole = /^(?:\d+|0[xob][\da-f]+)$/i.test(text);
  return Number.isFinite(number) && (!isWhole || Number.isSafeInteger(number)) ? number : undefined;
}
