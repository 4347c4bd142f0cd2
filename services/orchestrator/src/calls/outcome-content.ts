import type { CallOutcome } from "../model/language-model.ts";

/** What a model is given of one result, in characters. The person gets all of it. */
const RESULT_CHARACTERS_MAX = 12_000;
/** Later results of a turn are cut shorter, but never below this. */
const RESULT_CHARACTERS_MIN = 1_000;
/** What a model is given of all results of a turn together. */
export const RESULTS_CHARACTERS_MAX = 60_000;

/**
 * A result as a model reads it: JSON, cut to size with a note that says so.
 * `charactersLeft` is what is left of the turn's share.
 */
export function outcomeContent(outcome: CallOutcome, charactersLeft: number): string {
  const body = outcome.ok
    ? { ok: true, result: outcome.result }
    : { ok: false, error: outcome.error };
  const text = JSON.stringify(body);
  const charactersMax = Math.max(
    RESULT_CHARACTERS_MIN,
    Math.min(RESULT_CHARACTERS_MAX, charactersLeft),
  );
  if (text.length <= charactersMax) return text;
  const missing = text.length - charactersMax;
  return `${text.slice(0, charactersMax)}\n[cut: ${missing} more characters; the person sees the whole result]`;
}
