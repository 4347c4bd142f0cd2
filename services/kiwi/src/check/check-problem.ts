/** What is the matter with a file of a library, where, and what to do about it. */
export interface CheckProblem {
  /** As the system names the file or folder. */
  path: string;
  /** 1-based; 1 for what concerns the whole file. */
  line: number;
  column: number;
  /** An error keeps an item from being found, read or run as its author means; a warning may. */
  severity: "error" | "warning";
  /** Names the kind of problem, for programs. */
  rule: string;
  cause: string;
  fix: string;
}

/** A problem of one text: its file is known to who asked. */
export type TextProblem = Omit<CheckProblem, "path">;

interface At {
  text: string;
  offset: number;
}

export function problemAt(
  { text, offset }: At,
  {
    severity = "error",
    ...rest
  }: Pick<TextProblem, "rule" | "cause" | "fix"> & Partial<Pick<TextProblem, "severity">>,
): TextProblem {
  const before = text.slice(0, Math.max(0, offset));
  const lineStart = before.lastIndexOf("\n") + 1;
  return {
    line: before.split("\n").length,
    column: before.length - lineStart + 1,
    severity,
    ...rest,
  };
}
