import type { Call, Interaction } from "@lilux/protocol";
import { digestCall } from "../calls/index.ts";

type Turn = Extract<Interaction, { type: "turn" }>;

/** What a turn says of one call for its line; `call: null` is "no call". */
interface TaughtCall {
  call: Call | null;
  /** It was meant; false: it was offered and was not. */
  right: boolean;
}

/** Below this a leader is not offered to anybody: that it was not taken says nothing. */
const OFFERED_FROM = 0.6;

/**
 * What a finished turn teaches. Only what somebody else decided counts: a leader that Enter ran
 * because it led says nothing of itself. A person who takes another candidate corrects the leader; so
 * does who cancels it, or asks for the orchestrator in its place. Of turns of several calls nothing is
 * learnt.
 */
export function lessonsOfTurn(turn: Turn): TaughtCall[] {
  const leader = turn.predicted[0];
  const offered =
    leader !== undefined && leader.confidence >= OFFERED_FROM ? leader.call : undefined;
  if (turn.kind === "ask" || turn.outcome === "cancelled") {
    return offered === undefined ? [] : [{ call: offered, right: false }];
  }
  const isItsOwnJudge = turn.kind === "submit" && turn.path === "fast";
  if (turn.outcome !== "completed" || isItsOwnJudge) return [];
  const meant = meantBy(turn);
  // Words in place of what was offered say only that nobody made the call: without a language model nobody can.
  if (meant === undefined || (meant === null && offered !== undefined)) return [];
  const isRefused = offered !== undefined && !isSame(offered, meant);
  return [{ call: meant, right: true }, ...(isRefused ? [{ call: offered, right: false }] : [])];
}

/** The one call that was run and came to its end; null where none was run. */
function meantBy({ calls, kind }: Turn): Call | null | undefined {
  const [first] = calls;
  if (first === undefined) return kind === "submit" ? null : undefined;
  const isOne = calls.every(({ call }) => digestCall(call) === digestCall(first.call));
  return isOne && calls.some(({ ok }) => ok) ? first.call : undefined;
}

function isSame(a: Call, b: Call | null): boolean {
  return b !== null && digestCall(a) === digestCall(b);
}
