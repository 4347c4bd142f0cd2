import type { Clock } from "@lilux/core/async";

/** How long a turn may still wait for a first word: one deadline, whoever is asked and however often. */
export interface TurnClock {
  /** Something is asked; begins the wait unless it runs already. */
  begin(): void;
  /** Somebody answered: the next wait is one of its own. */
  answered(): void;
  isAnswered(): boolean;
  leftMs(): number;
}

export function createTurnClock(clock: Clock, firstTokenMs: number): TurnClock {
  let until: number | undefined;
  return {
    begin() {
      until ??= clock.monotonic() + firstTokenMs;
    },
    answered() {
      until = undefined;
    },
    isAnswered: () => until === undefined,
    leftMs: () => (until === undefined ? firstTokenMs : Math.max(0, until - clock.monotonic())),
  };
}
