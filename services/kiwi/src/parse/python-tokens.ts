export type PythonToken =
  | { kind: "string"; value: string; offset: number }
  | { kind: "number"; value: number; offset: number }
  | { kind: "name"; value: string; offset: number }
  | { kind: "mark"; value: string; offset: number }
  | { kind: "comment"; value: string; offset: number }
  | { kind: "newline"; value: "\n"; offset: number }
  | { kind: "error"; value: string; offset: number };

const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const STRING_START = /([rRbBuUfF]{0,2})("""|'''|"|')/y;
const SPACE = /[ \t\f]+|\\\n/y;
const COMMENT = /#[^\n]*/y;

/**
 * Cuts Python source into tokens, as far as reading literals needs: strings
 * with their escapes and prefixes, numbers, names, comments, line ends. Line
 * starts carry no indentation tokens; `offset` tells a line's column.
 */
export function* pythonTokens(source: string): Generator<PythonToken> {
  let offset = 0;
  while (offset < source.length) {
    const space = matchAt(SPACE, source, offset);
    if (space !== undefined) {
      offset += space.length;
      continue;
    }
    const token = tokenAt(source, offset);
    yield token.token;
    offset = token.end;
  }
}

function tokenAt(source: string, offset: number): { token: PythonToken; end: number } {
  if (source[offset] === "\n") {
    return { token: { kind: "newline", value: "\n", offset }, end: offset + 1 };
  }
  const comment = matchAt(COMMENT, source, offset);
  if (comment !== undefined) {
    return { token: { kind: "comment", value: comment, offset }, end: offset + comment.length };
  }
  STRING_START.lastIndex = offset;
  const start = STRING_START.exec(source);
  if (start !== null) return stringAt(source, offset, start[1] ?? "", start[2] ?? '"');
  const name = matchAt(NAME, source, offset);
  if (name !== undefined) {
    return { token: { kind: "name", value: name, offset }, end: offset + name.length };
  }
  const number = matchAt(NUMBER, source, offset);
  if (number !== undefined) {
    const value = Number(number.replaceAll("_", ""));
    return { token: { kind: "number", value, offset }, end: offset + number.length };
  }
  const mark = source[offset] ?? "";
  return { token: { kind: "mark", value: mark, offset }, end: offset + mark.length };
}

function matchAt(pattern: RegExp, source: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(source)?.[0];
}

function stringAt(
  source: string,
  offset: number,
  prefix: string,
  quote: string,
): { token: PythonToken; end: number } {
  let index = offset + prefix.length + quote.length;
  const bodyStart = index;
  for (; index < source.length; index += 1) {
    const character = source[index];
    if (character === "\\") index += 1;
    else if (source.startsWith(quote, index)) break;
    else if (character === "\n" && quote.length === 1) break;
  }
  if (!source.startsWith(quote, index)) {
    return { token: { kind: "error", value: "a string never ends", offset }, end: source.length };
  }
  const body = source.slice(bodyStart, index);
  const isRaw = /[rR]/.test(prefix);
  const value = isRaw ? body : unescapePython(body);
  // A formatted string is an expression, not a literal.
  const kind = /[fF]/.test(prefix) ? "name" : "string";
  return { token: { kind, value, offset }, end: index + quote.length };
}

const ESCAPE =
  /\\(?:\n|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\\'"abfnrtv]))/g;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function unescapePython(body: string): string {
  return body.replace(ESCAPE, (whole, ...groups: unknown[]) => {
    const [x, u, long, octal, simple] = groups as (string | undefined)[];
    if (simple !== undefined) return SIMPLE_ESCAPES[simple] ?? whole;
    const hex = x ?? u ?? long;
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16), whole);
    if (octal !== undefined) return characterOf(Number.parseInt(octal, 8), whole);
    return "";
  });
}

function characterOf(codePoint: number, otherwise: string): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : otherwise;
}
