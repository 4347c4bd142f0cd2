/** An opened code block: what must stand on the line that closes it. */
export interface Fence {
  mark: "`" | "~";
  length: number;
  /** The column of its first mark. */
  indent: number;
  isQuoted: boolean;
  info: string;
}

/** Signs of lists and quotes may stand before it. A run of backticks has none after it on its line. */
const OPENING = /^((?:[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|>)*)(`{3,}(?=[^`]*$)|~{3,})(.*)$/;
const CLOSING = /^([ \t>]*)(`{3,}|~{3,})[ \t]*$/;

/** The code block a line opens, as CommonMark has it, however far the line is indented. */
export function openingFence(line: string): Fence | undefined {
  const [, before = "", marks = "", info = ""] = OPENING.exec(line) ?? [];
  if (marks === "") return undefined;
  const mark = marks.startsWith("`") ? "`" : "~";
  return {
    mark,
    length: marks.length,
    indent: before.length,
    isQuoted: before.includes(">"),
    info: info.trim(),
  };
}

/** Whether a line ends it: the same mark, at least as often, and nothing else; not indented as code is. */
export function closesFence(line: string, { mark, length, indent }: Fence): boolean {
  const [, before = "", marks = ""] = CLOSING.exec(line) ?? [];
  return marks.startsWith(mark) && marks.length >= length && before.length <= indent + 3;
}
