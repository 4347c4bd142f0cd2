import { fieldProblem } from "../files/field-problem.ts";
import { normaliseLineEnds } from "../parse/decode-text.ts";

/** Text that a file can hold, with line ends as `\n`. Throws `invalid_inputs` naming the field. */
export function wellFormedText(text: string, field: string): string {
  if (!text.isWellFormed())
    throw fieldProblem(field, "holds half a character: it is not Unicode text");
  if (text.includes("\0")) throw fieldProblem(field, "holds a zero byte");
  return normaliseLineEnds(text);
}
