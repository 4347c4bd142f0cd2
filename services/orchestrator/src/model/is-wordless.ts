import { LiluxError } from "@lilux/protocol";

/** Why an answer has neither a word nor a call in it, of the reasons that models have. */
const WORDLESS: readonly unknown[] = ["empty", "called_only", "thought_only"];

/** Whether a model came to its end without an answer: nothing failed, and nobody was told anything. */
export function isWordless(error: unknown): boolean {
  const { code, details } = LiluxError.from(error);
  return code === "llm_incomplete" && WORDLESS.includes(details?.["reason"]);
}
