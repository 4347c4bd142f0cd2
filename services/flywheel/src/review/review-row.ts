import type { ReviewRow } from "@lilux/protocol";
import type { LabelledTurn } from "../label/label-turns.ts";

const HISTORY_LINES = 3;
const SHOWN_MAX = 5;
const DONE_MAX = 8;
const RESPONSE_CHARACTERS = 2_000;

/** A label as it is judged: what was typed before and now, shown, and done. Cut, so that a page fits a message. */
export function reviewRow({ id, label, turn, before }: LabelledTurn): ReviewRow {
  const { text, kind, outcome, predicted, shown = predicted.length, calls, response } = turn.record;
  const { rule, call, right, weight } = label;
  return {
    id,
    at: turn.at,
    line: text,
    history: before.slice(-HISTORY_LINES).map(({ record }) => record.text),
    kind,
    outcome,
    shown: predicted
      .slice(0, Math.min(shown, SHOWN_MAX))
      .map(({ call: offered, confidence }) => ({ call: offered, confidence })),
    done: calls.slice(0, DONE_MAX).map(({ call: made, ok }) => ({ call: made, ok })),
    response: response.slice(0, RESPONSE_CHARACTERS),
    rule,
    call,
    right,
    weight,
  };
}
