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

export interface TurnWait {
  firstTokenMs: number;
  /** When the person last got to see something, or sent the line; without it, nobody waits but who asks. */
  seenAt?: (() => number) | undefined;
}

/** What an answer that does not come is told by takes its time, too: on its way back to the person. */
const WAY_BACK_MS = 500;
const WAY_BACK_SHARE = 1 / 20;
/** However long the way here took, the model has the rest. */
const WAY_SHARE_MAX = 1 / 3;

/**
 * The wait is the person's, from the line they sent or what they saw last until they are told: the
 * way to the model and a doubtful call's question are of it, and so is the way back.
 */
export function createTurnClock(clock: Clock, { firstTokenMs, seenAt }: TurnWait): TurnClock {
  const wayBackMs = seenAt === undefined ? 0 : Math.min(WAY_BACK_MS, firstTokenMs * WAY_BACK_SHARE);
  const waitMs = firstTokenMs - wayBackMs;
  let from: number | undefined;
  let wasAnswered = false;

  function begunAt(): number {
    const now = clock.monotonic();
    if (seenAt === undefined || wasAnswered) return now;
    return Math.max(seenAt(), now - waitMs * WAY_SHARE_MAX);
  }

  return {
    begin() {
      from ??= begunAt();
      // A call that ran meanwhile was seen: what follows it is waited for anew.
      if (seenAt !== undefined) from = Math.max(from, seenAt());
    },
    answered() {
      from = undefined;
      wasAnswered = true;
    },
    isAnswered: () => from === undefined,
    leftMs: () => (from === undefined ? waitMs : Math.max(0, from + waitMs - clock.monotonic())),
  };
}
