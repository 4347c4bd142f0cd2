import { failureAt } from "./parse-failure.ts";
import { type PythonToken, pythonTokens } from "./python-tokens.ts";

export interface PythonModule {
  /** The module's docstring, if it begins with one. */
  docstring: string;
  /** Literal values of `__name__ = …` at the top level, and where the assignment stands. */
  constants: Map<string, { value: unknown; offset: number; end: number }>;
  /** The comment lines before anything else, without their `#`. */
  header: string[];
}

const DUNDER = /^__[a-z_]+__$/;
const DEPTH_MAX = 32;

/**
 * Reads what a Python file says about itself without running a line of it.
 * Constants whose value is not a literal are left out. Throws `ParseFailure`
 * for a string that never ends.
 */
export function readPythonModule(source: string): PythonModule {
  const tokens = [...pythonTokens(source)];
  const broken = tokens.find((token) => token.kind === "error");
  if (broken !== undefined) {
    throw failureAt(source, broken.offset, {
      cause: "a string that starts here never ends",
      fix: "Add its closing quotes.",
    });
  }
  return {
    docstring: docstringOf(tokens),
    constants: constantsOf(source, tokens),
    header: headerOf(tokens),
  };
}

function docstringOf(tokens: readonly PythonToken[]): string {
  const first = tokens.find((token) => token.kind !== "comment" && token.kind !== "newline");
  return first?.kind === "string" ? first.value : "";
}

function headerOf(tokens: readonly PythonToken[]): string[] {
  const lines: string[] = [];
  for (const token of tokens) {
    if (token.kind === "newline") continue;
    if (token.kind !== "comment") break;
    if (!token.value.startsWith("#!") && !/coding[:=]/.test(token.value)) {
      lines.push(token.value.replace(/^#+\s?/, ""));
    }
  }
  return lines;
}

function constantsOf(source: string, tokens: readonly PythonToken[]): PythonModule["constants"] {
  const constants: PythonModule["constants"] = new Map();
  tokens.forEach((token, index) => {
    if (token.kind !== "name" || !DUNDER.test(token.value)) return;
    const startsLine = token.offset === 0 || source[token.offset - 1] === "\n";
    const at = startsLine ? afterEquals(tokens, index + 1) : undefined;
    if (at === undefined) return;
    const literal = readLiteral(tokens, at, 0);
    const next = literal === undefined ? undefined : tokens[literal.next];
    const ends = next === undefined || next.kind === "newline" || next.kind === "comment";
    if (literal !== undefined && ends) {
      const end = source.slice(0, next?.offset).trimEnd().length;
      constants.set(token.value, { value: literal.value, offset: token.offset, end });
    }
  });
  return constants;
}

/** Past `=`, or past `: annotation =`. */
function afterEquals(tokens: readonly PythonToken[], from: number): number | undefined {
  for (let index = from; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined || token.kind === "newline") return undefined;
    if (isMark(token, "=")) return isMark(tokens[index + 1], "=") ? undefined : index + 1;
    if (index === from && !isMark(token, ":")) return undefined;
  }
  return undefined;
}

interface Literal {
  value: unknown;
  /** The index after its last token. */
  next: number;
}

function readLiteral(
  tokens: readonly PythonToken[],
  at: number,
  depth: number,
): Literal | undefined {
  const token = tokens[at];
  if (token === undefined || depth > DEPTH_MAX) return undefined;
  switch (token.kind) {
    case "string":
      return readStrings(tokens, at, depth > 0);
    case "number":
      return { value: token.value, next: at + 1 };
    case "name":
      return readName(token.value, at);
    case "mark":
      return readMarked(tokens, at, token.value, depth);
    case "comment":
    case "newline":
    case "error":
      return undefined;
  }
}

/** Strings that follow each other are one; within brackets, also across lines. */
function readStrings(tokens: readonly PythonToken[], at: number, acrossLines: boolean): Literal {
  let value = "";
  let next = at;
  for (;;) {
    const index = acrossLines ? skipLines(tokens, next) : next;
    const token = tokens[index];
    if (token?.kind !== "string") return { value, next };
    value += token.value;
    next = index + 1;
  }
}

function readName(name: string, at: number): Literal | undefined {
  if (name === "True") return { value: true, next: at + 1 };
  if (name === "False") return { value: false, next: at + 1 };
  return name === "None" ? { value: null, next: at + 1 } : undefined;
}

function readMarked(
  tokens: readonly PythonToken[],
  at: number,
  mark: string,
  depth: number,
): Literal | undefined {
  if (mark === "-" || mark === "+") {
    const number = tokens[at + 1];
    if (number?.kind !== "number") return undefined;
    return { value: mark === "-" ? -number.value : number.value, next: at + 2 };
  }
  if (mark === "[") return readSequence(tokens, at + 1, "]", depth);
  if (mark === "(") return readSequence(tokens, at + 1, ")", depth);
  if (mark === "{") return readBraces(tokens, at + 1, depth);
  return undefined;
}

function readSequence(
  tokens: readonly PythonToken[],
  from: number,
  close: "]" | ")" | "}",
  depth: number,
): Literal | undefined {
  const values: unknown[] = [];
  let commas = 0;
  let index = skipLines(tokens, from);
  while (!isMark(tokens[index], close)) {
    const item = readLiteral(tokens, index, depth + 1);
    if (item === undefined) return undefined;
    values.push(item.value);
    index = skipLines(tokens, item.next);
    if (!isMark(tokens[index], ",")) break;
    commas += 1;
    index = skipLines(tokens, index + 1);
  }
  if (!isMark(tokens[index], close)) return undefined;
  // Brackets around one value without a comma only group it.
  const isGroup = close === ")" && values.length === 1 && commas === 0;
  return { value: isGroup ? values[0] : values, next: index + 1 };
}

/** A dict, or a set as an array. */
function readBraces(
  tokens: readonly PythonToken[],
  from: number,
  depth: number,
): Literal | undefined {
  const entries: [string, unknown][] = [];
  let index = skipLines(tokens, from);
  while (!isMark(tokens[index], "}")) {
    const key = readLiteral(tokens, index, depth + 1);
    if (key === undefined) return undefined;
    const colon = skipLines(tokens, key.next);
    if (!isMark(tokens[colon], ":")) {
      return entries.length === 0 ? readSequence(tokens, from, "}", depth) : undefined;
    }
    const value = readLiteral(tokens, skipLines(tokens, colon + 1), depth + 1);
    if (value === undefined) return undefined;
    entries.push([String(key.value), value.value]);
    index = skipLines(tokens, value.next);
    if (!isMark(tokens[index], ",")) break;
    index = skipLines(tokens, index + 1);
  }
  return isMark(tokens[index], "}")
    ? { value: Object.fromEntries(entries), next: index + 1 }
    : undefined;
}

function skipLines(tokens: readonly PythonToken[], from: number): number {
  let index = from;
  for (;;) {
    const kind = tokens[index]?.kind;
    if (kind !== "newline" && kind !== "comment") return index;
    index += 1;
  }
}

function isMark(token: PythonToken | undefined, mark: string): boolean {
  return token?.kind === "mark" && token.value === mark;
}
