import type { StoredTurn } from "@lilux/database";
import type { DatasetTurn } from "@lilux/protocol";

const PAST_TURNS = 3;
const PAST_CHARACTERS = 600;
const RESPONSE_CHARACTERS = 2_000;
const CANDIDATES = 3;
const CALLS = 16;

type Turn = StoredTurn["record"];

/** What a conversation is made of, of one turn and those before it; cut, so that a page of rows fits a message. */
export function turnOfRow(turn: Turn, before: readonly Turn[]): DatasetTurn {
  const { context, predicted, thresholds, calls, response } = turn;
  const candidates = predicted.slice(0, CANDIDATES);
  return {
    past: before.slice(-PAST_TURNS).map((past) => ({
      text: past.text.slice(0, PAST_CHARACTERS),
      response: past.response.slice(0, PAST_CHARACTERS),
      calls: past.calls.slice(0, CANDIDATES).map(({ call }) => call),
    })),
    router: context === null ? null : { context, candidates },
    ...(thresholds === undefined ? {} : { thresholds }),
    calls: calls.slice(0, CALLS).map(({ call, ok }) => ({ call, ok })),
    response: response.slice(0, RESPONSE_CHARACTERS),
  };
}
