import type { WarmHabits } from "./warm-features.ts";
import type { KeyScores } from "./work-memory.ts";

/** That one item was worked with, and which one before it in the session. */
export interface Step {
  person: string;
  turnId: string;
  /** Unix milliseconds. */
  at: number;
  from: string | undefined;
  to: string;
}

/** What followed what in one tenant's sessions. */
export interface HabitBook {
  readonly size: number;
  /** The same step again changes nothing. */
  add(step: Step): void;
  /** A turn was wrong. */
  refute(turnId: string): void;
  /** Forgets what is not newer: of one person, or of all. */
  forget(until: { person?: string | undefined; at: number }): void;
  /** What they say now, for sessions of anybody in the tenant. */
  habits(now: number): WarmHabits;
}

export const BOOK_STEPS_MAX = 5_000;
/** Steps of one person, so that one who works much does not crowd out the others. */
const PERSON_STEPS_MAX = 1_500;
const HALF_LIFE_MS = 14 * 24 * 3_600_000;
const AGE_MAX_MS = 30 * 24 * 3_600_000;
const AFTER_MAX = 20;
const USUAL_MAX = 60;
/** So many steps are taken for seen before any was: one alone proves little. */
const PRIOR_STEPS = 2;

interface Sums {
  after: Map<string, Map<string, number>>;
  all: Map<string, number>;
}

export function createHabitBook(): HabitBook {
  let steps: Step[] = [];
  let sums: { sums: Sums; at: number } | undefined;

  /** Made anew when something changed, and once in an hour since weights fade. */
  function summed(now: number): Sums {
    if (sums !== undefined && now - sums.at < 3_600_000) return sums.sums;
    sums = { sums: sumUp(steps, now), at: now };
    return sums.sums;
  }

  return {
    get size() {
      return steps.length;
    },
    add(step) {
      if (steps.some(({ turnId, to }) => turnId === step.turnId && to === step.to)) return;
      const own = steps.filter(({ person }) => person === step.person);
      const oldest =
        own.length >= PERSON_STEPS_MAX
          ? own[0]
          : steps.length >= BOOK_STEPS_MAX
            ? steps[0]
            : undefined;
      steps = [...steps.filter((held) => held !== oldest), step];
      sums = undefined;
    },
    refute(turnId) {
      steps = steps.filter((step) => step.turnId !== turnId);
      sums = undefined;
    },
    forget({ person, at }) {
      steps = steps.filter(
        (step) => step.at > at || (person !== undefined && step.person !== person),
      );
      sums = undefined;
    },
    habits(now) {
      const { after, all } = summed(now);
      return {
        after: (key) => shares(after.get(key), AFTER_MAX),
        usual: () => shares(all, USUAL_MAX),
      };
    },
  };
}

function sumUp(steps: readonly Step[], now: number): Sums {
  const after = new Map<string, Map<string, number>>();
  const all = new Map<string, number>();
  for (const { from, to, at } of steps) {
    const age = Math.max(0, now - at);
    if (age > AGE_MAX_MS) continue;
    const weight = 0.5 ** (age / HALF_LIFE_MS);
    all.set(to, (all.get(to) ?? 0) + weight);
    if (from === undefined || from === to) continue;
    const next = after.get(from) ?? new Map<string, number>();
    next.set(to, (next.get(to) ?? 0) + weight);
    after.set(from, next);
  }
  return { after, all };
}

function shares(weights: KeyScores | undefined, count: number): Map<string, number> {
  if (weights === undefined) return new Map();
  let total = PRIOR_STEPS;
  for (const weight of weights.values()) total += weight;
  const sorted = [...weights].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, count);
  return new Map(sorted.map(([key, weight]) => [key, weight / total]));
}
