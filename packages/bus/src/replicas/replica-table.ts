import { rankOf } from "@lilux/core/placement";

/** What is known of the members of one group, and which to ask next. Times are ms of one clock. */
export interface ReplicaTable {
  /** It said that it is there. */
  announced(id: string, now: number): void;
  left(id: string): void;
  /** It was asked, and should answer by `dueAt`. */
  asked(id: string, dueAt: number): void;
  /** It answered what it was asked. */
  answered(id: string): void;
  /** It said that it cannot work: as good as an answer that is owed. */
  failed(id: string, now: number): void;
  /** Nobody waits for that answer any more. */
  settled(id: string): void;
  /**
   * The one to ask, of those that owe no answer. Without `of` the one with the
   * least to do, by turns; with it the first of that name's own order whose
   * share of the work is not exceeded. Those that owe an answer are asked when
   * nobody else is left. Never `not`.
   */
  choose(now: number, choice?: Choice): string | undefined;
  /** One that owes an answer and was not tried for a while; it counts as tried now. */
  toProbe(now: number): string | undefined;
}

export interface Choice {
  not?: string | undefined;
  /** Whose request it is: what a member holds of it should be used again. */
  of?: string | undefined;
}

interface Replica {
  announcedAt: number;
  inFlight: number;
  /** When the first of its answers since the last one was due; undefined while it owes none. */
  owesSince: number | undefined;
  probedAt: number;
  /** Rises with every ask, so that equals take turns. */
  lastAsked: number;
}

const REPLICAS_MAX = 64;
/** So many announcements missed, and answers owed: it is gone. */
const GONE_AFTER_MS = 15_000;
/** A member may have so many requests under way before others take over from it. */
const SHARE_MIN = 4;
/** And so much more than all have on average (consistent hashing with bounded loads). */
const SHARE_ABOVE_MEAN = 1.25;
/** How often one that owes answers is tried. */
const PROBE_EVERY_MS = 1_000;

export function createReplicaTable(): ReplicaTable {
  const replicas = new Map<string, Replica>();
  let asks = 0;

  function owes(replica: Replica, now: number): boolean {
    return replica.owesSince !== undefined && replica.owesSince <= now;
  }

  function dropGone(now: number): void {
    for (const [id, replica] of replicas) {
      if (now - replica.announcedAt > GONE_AFTER_MS) replicas.delete(id);
    }
  }

  function best(among: [string, Replica][]): string | undefined {
    return among
      .toSorted(([, a], [, b]) => a.inFlight - b.inFlight || a.lastAsked - b.lastAsked)
      .at(0)?.[0];
  }

  function firstWithRoom(among: [string, Replica][], of: string): string | undefined {
    const underWay = among.reduce((sum, [, { inFlight }]) => sum + inFlight, 1);
    const share = Math.max(SHARE_MIN, (SHARE_ABOVE_MEAN * underWay) / among.length);
    return among
      .filter(([, { inFlight }]) => inFlight < share)
      .map(([id]) => ({ id, rank: rankOf(id, of) }))
      .toSorted((a, b) => b.rank - a.rank)
      .at(0)?.id;
  }

  return {
    announced(id, now) {
      const known = replicas.get(id);
      if (known !== undefined) known.announcedAt = now;
      else if (replicas.size < REPLICAS_MAX) replicas.set(id, newReplica(now));
    },
    left: (id) => void replicas.delete(id),
    asked(id, dueAt) {
      const replica = replicas.get(id);
      if (replica === undefined) return;
      asks += 1;
      replica.lastAsked = asks;
      replica.inFlight += 1;
      replica.owesSince = Math.min(replica.owesSince ?? dueAt, dueAt);
    },
    answered(id) {
      const replica = replicas.get(id);
      if (replica !== undefined) replica.owesSince = undefined;
    },
    failed(id, now) {
      const replica = replicas.get(id);
      if (replica !== undefined) replica.owesSince = now;
    },
    settled(id) {
      const replica = replicas.get(id);
      if (replica !== undefined) replica.inFlight = Math.max(0, replica.inFlight - 1);
    },
    choose(now, { not, of } = {}) {
      dropGone(now);
      const others = [...replicas].filter(([id]) => id !== not);
      const good = others.filter(([, replica]) => !owes(replica, now));
      const among = good.length > 0 ? good : others;
      return of === undefined ? best(among) : (firstWithRoom(among, of) ?? best(among));
    },
    toProbe(now) {
      for (const [id, replica] of replicas) {
        if (!owes(replica, now) || now - replica.probedAt < PROBE_EVERY_MS) continue;
        replica.probedAt = now;
        return id;
      }
      return undefined;
    },
  };
}

function newReplica(now: number): Replica {
  // Not asked sooner than the others have been, nor all at once: it takes its turn.
  return { announcedAt: now, inFlight: 0, owesSince: undefined, probedAt: now, lastAsked: 0 };
}
