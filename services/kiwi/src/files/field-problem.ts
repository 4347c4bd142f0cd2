import { type ItemType, LiluxError } from "@lilux/protocol";

/** A refusal that names one field of `parameters`; `problem` ends a sentence that begins with it. */
export function fieldProblem(field: string, problem: string, cause?: unknown): LiluxError {
  return new LiluxError("invalid_inputs", {
    message: `${field} ${problem}. Correct it and call again.`,
    details: { field, fields: [{ field, problem }] },
    cause,
  });
}

/** New content that cannot be read as an item: where, why and what to do. */
export function contentProblem(
  item_type: ItemType,
  failure: { message: string; line: number; column: number; fix: string },
): LiluxError {
  const { message: cause, line, column, fix } = failure;
  const problem = `cannot be read as a ${item_type}: line ${line}, column ${column}: ${cause}`;
  return new LiluxError("invalid_inputs", {
    message: `The content ${problem}. ${fix}`,
    details: {
      field: "content",
      fields: [{ field: "content", problem }],
      line,
      column,
      cause,
      fix,
    },
  });
}
