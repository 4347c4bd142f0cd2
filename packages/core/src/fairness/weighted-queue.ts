/**
 * Who is next where many wait for few places. The lower tier always goes
 * first; within a tier the flows (tenants) share by weight and cost, whatever
 * each of them queues: start-time fair queueing (Goyal, Vin, Cheng, 1996).
 * While two flows wait all the time, what each was served, cost by weight,
 * differs by at most one entry of each. For few and dear entries: a step looks at all
 * that waits. (Lines of the router, thousands a second, take plain turns in its own queue.)
 */
export interface WeightedQueue<T> {
  readonly size: number;
  push(entry: WeightedEntry<T>): void;
  /** The next one of those that may go now, which is then taken to run. */
  shift(mayGo?: (item: T) => boolean): T | undefined;
  /** False when it did not wait. */
  remove(item: T): boolean;
  /** An entry cost this much more (or less) than was thought when it came: its flow's next one waits for it. */
  correct(flow: { tier: number; flow: string; weight?: number }, cost: number): void;
}

export interface WeightedEntry<T> {
  /** 0 is served before 1. */
  tier: number;
  flow: string;
  /** In any one unit; at least 1 is counted. */
  cost: number;
  /** 2 is served twice as much as 1, which it is when nothing is said. */
  weight?: number;
  item: T;
}

interface Waiting<T> {
  item: T;
  flow: string;
  /** Virtual times: of the flow's own clock, which runs by cost over weight. */
  startsAt: number;
}

interface Tier<T> {
  /** How far the tier's own clock went: the start of what was served last. */
  now: number;
  /** When each flow's last entry ends. A flow whose end has passed is forgotten. */
  endOf: Map<string, number>;
  waiting: Waiting<T>[];
}

export function createWeightedQueue<T>(): WeightedQueue<T> {
  const tiers = new Map<number, Tier<T>>();

  function tierOf(tier: number): Tier<T> {
    const known = tiers.get(tier) ?? { now: 0, endOf: new Map(), waiting: [] };
    tiers.set(tier, known);
    return known;
  }

  return {
    get size() {
      return [...tiers.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
    },
    push({ tier, flow, cost, weight = 1, item }) {
      const { now, endOf, waiting } = tierOf(tier);
      const startsAt = Math.max(now, endOf.get(flow) ?? 0);
      endOf.set(flow, startsAt + Math.max(1, cost) / weight);
      waiting.push({ item, flow, startsAt });
    },
    shift(mayGo = () => true) {
      const inOrder = [...tiers.entries()].sort(([one], [other]) => one - other);
      for (const [, tier] of inOrder) {
        const index = firstOf(tier.waiting, mayGo);
        if (index !== undefined) return take(tier, index);
      }
      return undefined;
    },
    remove(item) {
      for (const { waiting } of tiers.values()) {
        const index = waiting.findIndex((entry) => entry.item === item);
        if (index >= 0) return waiting.splice(index, 1).length > 0;
      }
      return false;
    },
    correct({ tier, flow, weight = 1 }, cost) {
      const { now, endOf } = tierOf(tier);
      endOf.set(flow, Math.max(now, (endOf.get(flow) ?? now) + cost / weight));
    },
  };
}

function firstOf<T>(
  waiting: readonly Waiting<T>[],
  mayGo: (item: T) => boolean,
): number | undefined {
  let first: number | undefined;
  let earliest = Number.POSITIVE_INFINITY;
  for (const [index, { startsAt, item }] of waiting.entries()) {
    if (startsAt >= earliest || !mayGo(item)) continue;
    first = index;
    earliest = startsAt;
  }
  return first;
}

function take<T>(tier: Tier<T>, index: number): T | undefined {
  const [next] = tier.waiting.splice(index, 1);
  if (next === undefined) return undefined;
  tier.now = Math.max(tier.now, next.startsAt);
  for (const [flow, end] of tier.endOf) if (end <= tier.now) tier.endOf.delete(flow);
  return next.item;
}
