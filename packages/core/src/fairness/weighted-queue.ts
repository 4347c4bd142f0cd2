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
  /** An entry that was taken cost this much more (or less) than was thought when it came: its flow's next one waits for it. */
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
  /** Cost by weight. */
  share: number;
  /** Breaks ties: who came first goes first. */
  place: number;
}

interface Flow<T> {
  /** Where its next entry begins, by the tier's clock. Told when it is next, so that what was corrected counts. */
  startsAt: number;
  waiting: Waiting<T>[];
}

interface Tier<T> {
  /** How far the tier's own clock went: the start of what was served last. */
  now: number;
  /** Those that wait, and those whose next entry is not due yet. */
  flows: Map<string, Flow<T>>;
}

export function createWeightedQueue<T>(): WeightedQueue<T> {
  const tiers = new Map<number, Tier<T>>();
  let places = 0;

  function tierOf(number: number): Tier<T> {
    const known = tiers.get(number) ?? { now: 0, flows: new Map() };
    tiers.set(number, known);
    return known;
  }

  function flowOf(tier: Tier<T>, name: string): Flow<T> {
    const known = tier.flows.get(name) ?? { startsAt: tier.now, waiting: [] };
    tier.flows.set(name, known);
    return known;
  }

  return {
    get size() {
      return [...tiers.values()].reduce((sum, { flows }) => sum + waitingIn(flows), 0);
    },
    push({ tier, flow: name, cost, weight = 1, item }) {
      const inTier = tierOf(tier);
      const flow = flowOf(inTier, name);
      // Who waited for nothing has saved nothing up.
      if (flow.waiting.length === 0) flow.startsAt = Math.max(inTier.now, flow.startsAt);
      places += 1;
      flow.waiting.push({ item, share: Math.max(1, cost) / weight, place: places });
    },
    shift(mayGo = () => true) {
      const inOrder = [...tiers.entries()].sort(([one], [other]) => one - other);
      for (const [, tier] of inOrder) {
        const next = nextOf(tier, mayGo);
        if (next !== undefined) return take(tier, next);
      }
      return undefined;
    },
    remove(item) {
      for (const { flows } of tiers.values()) {
        for (const { waiting } of flows.values()) {
          const index = waiting.findIndex((entry) => entry.item === item);
          if (index >= 0) return waiting.splice(index, 1).length > 0;
        }
      }
      return false;
    },
    correct({ tier, flow: name, weight = 1 }, cost) {
      const inTier = tierOf(tier);
      const flow = flowOf(inTier, name);
      const earliest = Math.min(inTier.now, flow.startsAt);
      flow.startsAt = Math.max(earliest, flow.startsAt + cost / weight);
    },
  };
}

interface Next<T> {
  flow: Flow<T>;
  entry: Waiting<T>;
}

function nextOf<T>({ flows }: Tier<T>, mayGo: (item: T) => boolean): Next<T> | undefined {
  let next: Next<T> | undefined;
  for (const flow of flows.values()) {
    const entry = flow.waiting.find(({ item }) => mayGo(item));
    if (entry !== undefined && (next === undefined || isBefore({ flow, entry }, next))) {
      next = { flow, entry };
    }
  }
  return next;
}

function isBefore<T>(one: Next<T>, other: Next<T>): boolean {
  const lead = one.flow.startsAt - other.flow.startsAt;
  return lead === 0 ? one.entry.place < other.entry.place : lead < 0;
}

function take<T>(tier: Tier<T>, { flow, entry }: Next<T>): T {
  flow.waiting.splice(flow.waiting.indexOf(entry), 1);
  tier.now = Math.max(tier.now, flow.startsAt);
  flow.startsAt += entry.share;
  for (const [name, { startsAt, waiting }] of tier.flows) {
    if (waiting.length === 0 && startsAt <= tier.now) tier.flows.delete(name);
  }
  return entry.item;
}

function waitingIn<T>(flows: ReadonlyMap<string, Flow<T>>): number {
  let sum = 0;
  for (const { waiting } of flows.values()) sum += waiting.length;
  return sum;
}
