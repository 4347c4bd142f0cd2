/** One replacement in a text. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

/** All edits at once; they must not overlap. Those at one place are put in as listed. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start);
  let result = "";
  let from = 0;
  for (const edit of ordered) {
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}

/** Where the line that holds an offset begins. */
export function lineStartOf(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The blank space a line begins with. */
export function indentationAt(text: string, offset: number): number {
  const line = text.slice(lineStartOf(text, offset), offset);
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}
