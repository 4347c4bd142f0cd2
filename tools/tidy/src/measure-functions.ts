export interface MeasuredFunction {
  name: string;
  line: number;
  lines: number;
}

const HEAD =
  /^(\s*)(?:export\s+)?(?:(?:async\s+)?function\*?\s+(\w+)|(?:const|let)\s+(\w+)\s*=\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*(?::[^=]+)?=>\s*\{\s*$|(?:async\s+)?\*?(\w+)\([^)]*\)\s*(?::[^{]+)?\{\s*$)/;
const NOT_NAMES = new Set(["if", "for", "while", "switch", "catch", "return"]);

/**
 * The functions of a formatted file and how long they are. It goes by the
 * formatter's indentation: a function ends at the first line that closes at the
 * indentation of its head.
 */
export function measureFunctions(text: string): MeasuredFunction[] {
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
