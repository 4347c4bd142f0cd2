/** Short enough for one line of code. */
const LINE_CHARACTERS_MAX = 96;

/** A JSON value as a Python literal: what `readPythonModule` reads back as the same value. */
export function pythonLiteral(value: unknown): string {
  if (typeof value === "string") return pythonString(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value !== "object" || value === null) return "None";
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${entries.map(([name, member]) => `${pythonString(name)}: ${pythonLiteral(member)}`).join(", ")}}`;
}

/** A double beyond the whole numbers it can tell apart is written as the double it is. */
function pythonNumber(value: number): string {
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact ? String(value) : value.toExponential();
}

/** `name = value`. */
export function pythonAssignment(name: string, value: unknown): string {
  return `${name} = ${pythonValue(value, name.length)}`;
}

/** The value of an assignment to a name of that length, a long list with one member to a line. */
export function pythonValue(value: unknown, nameLength: number): string {
  const line = pythonLiteral(value);
  if (nameLength + 3 + line.length <= LINE_CHARACTERS_MAX || !Array.isArray(value)) return line;
  const members = value.map((member) => `    ${pythonLiteral(member)},\n`);
  return `[\n${members.join("")}]`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Controls and separators are escaped: a line of code stays one line in every editor. */
function pythonString(text: string): string {
  const escaped = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
    /[\\"\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/g,
    (character) =>
      ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}
