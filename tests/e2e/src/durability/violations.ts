import type { StoredStreams } from "./stored-streams.ts";
import type { Witnessed } from "./witnessed.ts";

/** Each of these is to be empty, or zero. */
export interface Violations {
  acceptedNotStored: string[];
  storedWithoutInteraction: string[];
  twoInteractions: string[];
  endNotTold: string[];
  sessionsLost: number;
  holesSeen: number;
  offsetsTwice: string[];
  callsTwice: number;
  /** Tags of runs of which more than one left its stamp. */
  ranTwice: string[];
  /** Told to have ended well, and no stamp is there. */
  toldAndNotDone: string[];
  /** Processes that took far more memory or descriptors than at the start. */
  grown: string[];
  /** The traffic itself failed. */
  broken: string[];
}

/** Compares what was told with what is stored and with what was done. */
export function violationsIn(
  seen: Witnessed,
  stored: StoredStreams,
  stamps: ReadonlyMap<string, number>,
): Violations {
  const turnIds = new Set(stored.turns.map(({ turnId }) => turnId));
  const journalled = Map.groupBy(stored.interactions, ({ turnId }) => turnId);
  const returning = [...seen.accepted].filter((turnId) => !seen.abandoned.has(turnId));
  const twice = [...stored.events].filter(([, events]) => {
    const offsets = events.map(({ offset }) => offset);
    return new Set(offsets).size !== offsets.length;
  });
  return {
    acceptedNotStored: [...seen.accepted].filter((turnId) => !turnIds.has(turnId)),
    storedWithoutInteraction: [...turnIds].filter((turnId) => !journalled.has(turnId)),
    twoInteractions: [...journalled].flatMap(([turnId, all]) => (all.length > 1 ? turnId : [])),
    endNotTold: returning.filter((turnId) => !seen.ended.has(turnId)),
    sessionsLost: seen.resumed.lost,
    holesSeen: seen.holes,
    offsetsTwice: twice.map(([sessionId]) => sessionId),
    callsTwice: seen.calls.ranTwice,
    ranTwice: [...stamps].flatMap(([tag, count]) => (count > 1 ? tag : [])),
    toldAndNotDone: [...seen.stamped].filter((tag) => !stamps.has(tag)),
    grown: [],
    broken: seen.broken,
  };
}

export const NO_VIOLATIONS: Violations = {
  acceptedNotStored: [],
  storedWithoutInteraction: [],
  twoInteractions: [],
  endNotTold: [],
  sessionsLost: 0,
  holesSeen: 0,
  offsetsTwice: [],
  callsTwice: 0,
  ranTwice: [],
  toldAndNotDone: [],
  grown: [],
  broken: [],
};

export function isClean(violations: Violations): boolean {
  return Object.values(violations).every((value) =>
    Array.isArray(value) ? value.length === 0 : value === 0,
  );
}
