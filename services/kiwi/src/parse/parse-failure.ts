/** Why a file could not be read as an item, where, and what to do about it. */
export class ParseFailure extends Error {
  /** 1-based, in the file. */
  readonly line: number;
  readonly column: number;
  readonly fix: string;

  constructor(failure: { cause: string; fix: string; line?: number; column?: number }) {
    super(failure.cause);
    this.name = "ParseFailure";
    this.line = failure.line ?? 1;
    this.column = failure.column ?? 1;
    this.fix = failure.fix;
  }
}

/** A failure at an offset of a text. */
export function failureAt(
  text: string,
  offset: number,
  { cause, fix }: { cause: string; fix: string },
): ParseFailure {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return new ParseFailure({ cause, fix, line, column: offset - lineStart + 1 });
}
