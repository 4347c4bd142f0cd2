import type { Call } from "@lilux/protocol";

/**
 * A person who pauses this long sees a leader that is not settled yet. Longer than the usual
 * 200 ms between two characters, so that it does not happen in the middle of a word.
 */
export const SETTLE_AFTER_MS = 300;

/** What led and what was shown at the line's last prediction. */
export interface LeaderTrail {
  led: string | undefined;
  shown: string | undefined;
}

/**
 * Whether a leader has settled: it led at the prediction before too, it is what is shown anyway,
 * or it is the line's first. Most leaders that a half-typed word brings up are gone with the next
 * character; to show them would only make the list jump.
 */
export function isSettled(before: LeaderTrail | undefined, leader: string): boolean {
  return before === undefined || before.led === leader || before.shown === leader;
}

/** More characters at a time than fingers type are pasted or recalled: a line of their own. */
const TYPED_AT_ONCE_MAX = 4;

/** Whether a line is another one still being typed, a few characters on or back. */
export function isTypedOn(before: string, text: string): boolean {
  const isOneOfTwo = text.startsWith(before) || before.startsWith(text);
  return isOneOfTwo && Math.abs(text.length - before.length) <= TYPED_AT_ONCE_MAX;
}

/** The trail after one more prediction, of which `shown` was shown, if anything. */
export function followLeader(
  before: LeaderTrail | undefined,
  { leader, shown }: { leader: string | undefined; shown: string | undefined },
): LeaderTrail {
  return { led: leader, shown: shown ?? before?.shown };
}

/** A call as leaders are compared: a search by its kind, since its query is still growing. */
export function leaderName(call: Call): string {
  switch (call.name) {
    case "search":
      return `search ${call.arguments.item_type}`;
    case "load":
      return `load ${call.arguments.item_type} ${call.arguments.item_id}`;
    case "execute":
      return `execute ${call.arguments.item_type} ${call.arguments.item_id} ${call.arguments.action}`;
  }
}
