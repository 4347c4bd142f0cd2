const STRING = /^([a-z]*)("""|'''|"|')([\s\S]*)\2$/i;
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

/**
 * What a string literal says; undefined for bytes, and for format and template
 * strings, which are expressions. `\N{…}` stays as it is written.
 */
export function pythonString(literal: string): string | undefined {
  const [, prefix = "", , body] = STRING.exec(literal) ?? [];
  if (body === undefined || /[bft]/i.test(prefix)) return undefined;
  return /r/i.test(prefix) ? body : unescaped(body);
}

function unescaped(body: string): string {
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
