export interface MeasuredFunction {
  name: string;
  line: number;
  lines: number;
}

const HEAD =
  /^(\s*)(?:export\s+)?(?:(?:async\s+)?function\*?\s+(\w+)|(?:const|let)\s+(\w+)\s*=\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*(?::[^=]+)?=>\s*\{\s*$|(?:async\s+)?\*?(\w+)\([^)]*\)\s*(?::[^{]+)?\{\s*$)/;
const NOT_NAMES = new Set(["if", "for", "while", "switch", "catch", "return"]);

/**
 * The functions of a formatted file and how many lines each has of its own:
 * those of named functions inside it count for these alone, so a factory is not
 * blamed for what it makes.
 */
export function measureFunctions(text: string): MeasuredFunction[] {
  const whole = wholeFunctions(text);
  return whole.map((outer) => {
    const inside = whole.filter((inner) => inner.line > outer.line && endOf(inner) <= endOf(outer));
    const direct = inside.filter(
      (inner) => !inside.some((other) => other !== inner && contains(other, inner)),
    );
    return { ...outer, lines: outer.lines - direct.reduce((sum, inner) => sum + inner.lines, 0) };
  });
}

function endOf({ line, lines }: MeasuredFunction): number {
  return line + lines;
}

function contains(outer: MeasuredFunction, inner: MeasuredFunction): boolean {
  return outer.line < inner.line && endOf(inner) <= endOf(outer);
}

/** By the formatter's indentation: a function ends where a line closes at the indentation of its head. */
function wholeFunctions(text: string): MeasuredFunction[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const match = HEAD.exec(line);
    const name = match?.[2] ?? match?.[3] ?? match?.[4];
    if (match === null || name === undefined || NOT_NAMES.has(name)) return [];
    const indent = match[1] ?? "";
    const rest = lines.slice(index + 1);
    const length = rest.findIndex((other) => other.startsWith(`${indent}}`));
    return length < 0 ? [] : [{ name, line: index + 1, lines: length + 2 }];
  });
}
