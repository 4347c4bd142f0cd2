import { digestCall } from "@lilux/core/calls";
import type { StoredTurn } from "@lilux/database";
import type { Call } from "@lilux/protocol";

/** What one turn of a session says of one call for its line. `call: null` is "no call". */
export interface Label {
  /** Place of the turn in the session. */
  index: number;
  call: Call | null;
  right: boolean;
  /** From 0 to 1. */
  weight: number;
  rule: keyof typeof WEIGHTS;
}

/** Counts up with every change of a rule or a weight. */
export const RULES_VERSION = 3;

/**
 * How much each rule is to be trusted. Strong is what a person did on purpose and against the
 * suggestion; weak what may have had other reasons. A call that ran because it led says nothing of
 * itself: whoever presses Enter at once would have been right whatever led.
 */
export const WEIGHTS = {
  /** Tab or a digit on one candidate, which then ran. */
  accepted: 1,
  /** Another candidate was taken: the leader was not meant. */
  overridden: 0.9,
  /** Another line or rating within the minute says that this was wrong. */
  corrected: 0.9,
  /** The orchestrator asked, or was asked, and this one call then ran. */
  settled: 0.7,
  /** The person asked for the orchestrator though a call was offered. */
  declined: 0.5,
  /** Cancelled while it ran. */
  cancelled: 0.6,
  /** The line was sent, nothing was offered, and it was answered without any call. */
  talk: 0.6,
  /** A thumb up for a turn with one call. */
  praised: 1,
  /** Somebody who reviewed another rule's label said which call was meant. */
  fixed: 1,
} as const;

/** The rules that read what people did: those that can be wrong of it. */
export const BEHAVIOUR_RULES = (Object.keys(WEIGHTS) as Label["rule"][]).filter(
  (rule) => rule !== "fixed",
);

const OFFERED_FROM = 0.6;
const CORRECTED_WITHIN_MS = 60_000;
/** A line that takes back what the line before it did. English, as the router's own veto. */
const TAKES_BACK = /^(no\b|not that|wrong\b|i meant\b|undo\b|cancel (that|it)\b|the other one)/i;

type Turn = Pick<StoredTurn, "at" | "record">;

/** The labels of one session's turns, in the order they were sent. */
export function labelSession(
  turns: readonly Turn[],
  ratingOf: (index: number) => "up" | "down" | undefined,
): Label[] {
  return turns.flatMap((turn, index) => {
    const rating = ratingOf(index);
    const isRefuted = isRefutedBy(turn, { next: turns[index + 1], rating });
    return labelTurn(turn.record, { isRefuted, isPraised: rating === "up" }).map((label) => ({
      index,
      ...label,
    }));
  });
}

/** Whether somebody took back what a turn did or said, whether or not it made a call. */
export function isRefutedBy(
  turn: Turn,
  { next, rating }: { next: Turn | undefined; rating: "up" | "down" | undefined },
): boolean {
  return rating === "down" || (next !== undefined && takesBack(next, turn));
}

function takesBack(next: Turn, turn: Turn): boolean {
  const isSoon = next.at - turn.at <= CORRECTED_WITHIN_MS;
  return isSoon && (TAKES_BACK.test(next.record.text.trim()) || isOtherCallForSameLine(next, turn));
}

/** The same line again, and this time something else is taken. */
function isOtherCallForSameLine({ record: next }: Turn, { record }: Turn): boolean {
  const isSame = next.text.trim().toLowerCase() === record.text.trim().toLowerCase();
  const [now, before] = [theCall(next), theCall(record)];
  return isSame && now !== undefined && before !== undefined && !areSame(now, before);
}

type Told = Omit<Label, "index">;

function labelTurn(
  turn: Turn["record"],
  { isRefuted, isPraised }: { isRefuted: boolean; isPraised: boolean },
): Told[] {
  const ran = theCall(turn);
  if (isRefuted) return ran === undefined ? [] : [label(ran, false, "corrected")];
  const offered = offeredIn(turn);
  if (turn.outcome === "cancelled") {
    return ran === undefined ? [] : [label(ran, false, "cancelled")];
  }
  if (turn.outcome !== "completed") return [];
  if (turn.kind === "ask") {
    return offered === undefined ? [] : [label(offered, false, "declined")];
  }
  if (turn.kind === "accept") return acceptedBy(ran, offered);
  if (isPraised && ran !== undefined) return [label(ran, true, "praised")];
  const isItsOwnJudge = turn.path === "fast";
  if (isItsOwnJudge) return [];
  // Words in place of what was offered say only that nobody made the call: without a language model nobody can.
  if (turn.calls.length === 0) return offered === undefined ? [label(null, true, "talk")] : [];
  return ran === undefined ? [] : [label(ran, true, "settled")];
}

function acceptedBy(ran: Call | undefined, offered: Call | undefined): Told[] {
  if (ran === undefined) return [];
  const isOverridden = offered !== undefined && !areSame(offered, ran);
  return [
    label(ran, true, "accepted"),
    ...(isOverridden ? [label(offered, false, "overridden")] : []),
  ];
}

/** The one call that came to its end; none where there were several. */
function theCall({ calls }: Turn["record"]): Call | undefined {
  const [first] = calls;
  if (first === undefined || !calls.some(({ ok }) => ok)) return undefined;
  return calls.every(({ call }) => areSame(call, first.call)) ? first.call : undefined;
}

function offeredIn({ predicted: [leader] }: Turn["record"]): Call | undefined {
  return leader !== undefined && leader.confidence >= OFFERED_FROM ? leader.call : undefined;
}

function areSame(a: Call, b: Call): boolean {
  return digestCall(a) === digestCall(b);
}

function label(call: Call | null, right: boolean, rule: Label["rule"]): Told {
  return { call, right, weight: WEIGHTS[rule], rule };
}
