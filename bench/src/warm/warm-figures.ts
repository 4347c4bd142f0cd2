import type { PlayedTurn } from "./play-warm-session.ts";

/** A share of so many. */
export interface Share {
  of: number;
  share: number;
}

export interface WarmFigures {
  hits: { sustained: Share; others: Share; switches: Share; all: Share };
  /** Warm items that no later line of their session asked for, of all that became warm. */
  waste: number;
  warmMean: number;
  right: Record<
    "all" | "sustained" | "switched" | "calls" | "noCall" | "talk",
    { of: number; warm: number; cold: number }
  >;
  better: number;
  worse: number;
  /** Lines that mean no call, of sessions and said beside them, which being warm made wrong, or right. */
  noCallLost: number;
  noCallWon: number;
  /** Above act: right, of so many. */
  act: { warm: Share; cold: Share };
  typing: { warm: number; cold: number };
}

const ACT = 0.85;
const MS_PER_CHARACTER = 200;

export function warmFigures(played: readonly PlayedTurn[]): WarmFigures {
  // Before the first line of a session nothing can be warm: it is no miss of the warmer's.
  const said = played.filter(({ isAside }) => isAside);
  const later = played.filter(({ at, isAside }) => at > 0 && !isAside);
  const items = later.filter(({ place }) => place !== undefined);
  const noCall = later.filter(({ turn }) => turn.call === null);
  return {
    hits: {
      sustained: hits(items.filter(({ hasSwitch }) => !hasSwitch)),
      others: hits(items.filter(({ hasSwitch, isSwitch }) => hasSwitch && !isSwitch)),
      switches: hits(items.filter(({ isSwitch }) => isSwitch)),
      all: hits(items),
    },
    waste: wasteOf(played),
    warmMean: mean(later.map(({ warm }) => warm.length)),
    right: {
      all: right(later),
      sustained: right(later.filter(({ hasSwitch }) => !hasSwitch)),
      switched: right(later.filter(({ hasSwitch }) => hasSwitch)),
      calls: right(later.filter(({ turn }) => turn.call !== null)),
      noCall: right(noCall),
      talk: right(said),
    },
    better: later.filter(({ isRight }) => isRight.warm && !isRight.cold).length,
    worse: later.filter(({ isRight }) => !isRight.warm && isRight.cold).length,
    noCallLost: [...noCall, ...said].filter(({ isRight }) => !isRight.warm && isRight.cold).length,
    noCallWon: [...noCall, ...said].filter(({ isRight }) => isRight.warm && !isRight.cold).length,
    act: { warm: act(later, "warm"), cold: act(later, "cold") },
    typing: { warm: typed(later, "warm"), cold: typed(later, "cold") },
  };
}

function hits(turns: readonly PlayedTurn[]): Share {
  return shareOf(turns, ({ place = -1 }) => place >= 0);
}

function right(turns: readonly PlayedTurn[]): { of: number; warm: number; cold: number } {
  const warm = shareOf(turns, ({ isRight }) => isRight.warm).share;
  const cold = shareOf(turns, ({ isRight }) => isRight.cold).share;
  return { of: turns.length, warm, cold };
}

function act(turns: readonly PlayedTurn[], how: "warm" | "cold"): Share {
  const sure = turns.filter(({ leads, confidence }) => leads[how] && confidence[how] > ACT);
  return shareOf(sure, ({ isRight }) => isRight[how]);
}

/** Seconds that a call line must be typed for until its call leads for good, at 200 ms a character. */
function typed(turns: readonly PlayedTurn[], how: "warm" | "cold"): number {
  const calls = turns.filter(({ turn }) => turn.call !== null);
  return mean(
    calls.map(
      ({ turn, lockedAt }) =>
        (Math.min(1, lockedAt[how]) * turn.text.length * MS_PER_CHARACTER) / 1_000,
    ),
  );
}

function wasteOf(played: readonly PlayedTurn[]): number {
  let offered = 0;
  let used = 0;
  for (const session of Map.groupBy(played, ({ sessionId }) => sessionId).values()) {
    const known = new Set(session.flatMap(({ warm }) => warm));
    offered += known.size;
    const wanted = new Set(session.flatMap(({ warm, place = -1 }) => warm[place] ?? []));
    used += wanted.size;
  }
  return offered === 0 ? 0 : 1 - used / offered;
}

function shareOf<T>(all: readonly T[], is: (one: T) => boolean): Share {
  return { of: all.length, share: all.length === 0 ? 0 : all.filter(is).length / all.length };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, one) => sum + one, 0) / values.length;
}
