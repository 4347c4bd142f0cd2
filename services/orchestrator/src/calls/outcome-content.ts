import type { CallOutcome } from "../model/language-model.ts";

/** What a model is given of one result, in characters. The person gets all of it. */
const RESULT_CHARACTERS_MAX = 12_000;

/** A result as a model reads it: JSON, cut to size with a note that says so. */
export function outcomeContent(outcome: CallOutcome): string {
  const body = outcome.ok
    ? { ok: true, result: outcome.result }
    : { ok: false, error: outcome.error };
  const text = JSON.stringify(body);
  if (text.length <= RESULT_CHARACTERS_MAX) return text;
  const missing = text.length - RESULT_CHARACTERS_MAX;
  return `${text.slice(0, RESULT_CHARACTERS_MAX)}\n[cut: ${missing} more characters; the person sees the whole result]`;
}
