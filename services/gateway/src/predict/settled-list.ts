import {
  followLeader,
  isSettled,
  isTypedOn,
  type LeaderTrail,
  leaderName,
  SETTLE_AFTER_MS,
} from "@lilux/core/ranking";
import type { Call, Candidate } from "@lilux/protocol";

/** What of a line's ranked lists a person gets to see, and when. */
export interface SettledList {
  /**
   * One more prediction: `present` is called now, with nothing while its leader has not settled,
   * and then again once the person pauses.
   */
  offer(prediction: OfferedList, present: (candidates: readonly Candidate[]) => void): void;
  /** A line without an answer: what was withheld before it is stale. Who led is still who led. */
  skip(): void;
  /** The line is over. */
  clear(): void;
}

export interface OfferedList {
  text: string;
  /** The likeliest call, sure enough to be shown or not. */
  leader: Call | undefined;
  /** What is sure enough to be shown. */
  candidates: readonly Candidate[];
}

export function createSettledList(): SettledList {
  let lastText = "";
  let trail: LeaderTrail | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    offer({ text, leader, candidates }, present) {
      clearTimeout(timer);
      if (!isTypedOn(lastText, text)) trail = undefined;
      lastText = text;
      const name = leader === undefined ? undefined : leaderName(leader);
      const isNow = name !== undefined && isSettled(trail, name);
      const shown = isNow && candidates.length > 0 ? name : undefined;
      trail = followLeader(trail, { leader: name, shown });
      present(isNow ? candidates : []);
      if (isNow || candidates.length === 0) return;
      timer = setTimeout(() => {
        trail = followLeader(trail, { leader: name, shown: name });
        present(candidates);
      }, SETTLE_AFTER_MS);
    },
    skip: () => clearTimeout(timer),
    clear() {
      clearTimeout(timer);
      trail = undefined;
      lastText = "";
    },
  };
}
