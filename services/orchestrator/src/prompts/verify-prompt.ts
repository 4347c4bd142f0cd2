import type { Candidate } from "@lilux/protocol";
import type { DecideOption } from "../model/language-model.ts";

/** Beside the calls: what the person wants is not among them. */
export const NONE_OF_THESE = "none";

/** In words that say for themselves which is meant, for models that see nothing else. */
export const WHICH_CALL =
  "Which of these calls is exactly what the person wants with this line? None of these if they want something else, something more or an explanation, or if an argument is wrong or missing.";

/** The calls to decide between, each as the person would get it, and none of them. */
export function callOptions(candidates: readonly Candidate[]): DecideOption[] {
  const calls = candidates.map((candidate, at) => {
    const { call, unread = [] } = candidate;
    const left = unread.length === 0 ? "" : ` It leaves out ${JSON.stringify(unread)}.`;
    return { value: `call_${at + 1}`, description: `${JSON.stringify(call)}${left}` };
  });
  return [...calls, { value: NONE_OF_THESE, description: "None of these." }];
}

export const AS_JSON = 'Write it as JSON: {"answer": "…"}.';
