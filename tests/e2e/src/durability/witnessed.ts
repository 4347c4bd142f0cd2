/** What everybody who used the product was told. */
export interface Witnessed {
  sessions: Set<string>;
  accepted: Set<string>;
  /** The outcome each was told of, of accepted turns. */
  ended: Map<string, string>;
  /** Turns whose end was told again: where storing is slow an end is told before it is stored. */
  endedTwice: string[];
  /** Turns of those who never come back. */
  abandoned: Set<string>;
  /** Callers who were not told the end while processes were killed. */
  waiting: { body: { turnId: string; text: string; ask: boolean }; at: number }[];
  resumed: { recovered: number; lost: number };
  /** Offsets that were not the next one, by session. */
  holes: number;
  /** Questions that were answered with yes. */
  confirms: number;
  calls: { acknowledged: number; unknown: number; ranTwice: number };
  /** Tags of runs that were told to have ended well. */
  stamped: Set<string>;
  /** Codes of calls that did not. */
  callErrors: Map<string, number>;
  /** What went wrong with the traffic itself. */
  broken: string[];
}

export function createWitnessed(): Witnessed {
  return {
    sessions: new Set(),
    accepted: new Set(),
    ended: new Map(),
    endedTwice: [],
    abandoned: new Set(),
    waiting: [],
    resumed: { recovered: 0, lost: 0 },
    holes: 0,
    confirms: 0,
    calls: { acknowledged: 0, unknown: 0, ranTwice: 0 },
    stamped: new Set(),
    callErrors: new Map(),
    broken: [],
  };
}

export function noteError({ callErrors }: Witnessed, code: string): void {
  callErrors.set(code, (callErrors.get(code) ?? 0) + 1);
}
