import type { StoredTurn } from "@lilux/database";
import type { DatasetSplit } from "@lilux/protocol";

/** Of the sessions: half of them for the last word, half for choosing. */
const HELD_OUT_SHARE = 0.3;

export interface Session {
  id: string;
  person: string;
  split: DatasetSplit;
  turns: readonly StoredTurn[];
}

type Unsplit = Omit<Session, "split">;

/**
 * Turns as sessions in the order of their last turn, split whole. Of each person's sessions the newest are
 * held out, as what is to come is newer still: whoever opens many fills no split alone, and takes nobody
 * else's part in one.
 */
export function splitSessions(turns: readonly StoredTurn[]): Session[] {
  const sessions = sessionsOf(turns);
  const splits = new Map<string, DatasetSplit>();
  let seen = 0;
  for (const own of Map.groupBy(sessions, ({ person }) => person).values()) {
    const held = { from: heldOut(seen), to: heldOut(seen + own.length) };
    seen += own.length;
    const tests = halfOf(held.to) - halfOf(held.from);
    const validations = held.to - held.from - tests;
    for (const [index, { id }] of own.toReversed().entries()) {
      const isHeldOut = index < tests + validations;
      splits.set(id, index < tests ? "test" : isHeldOut ? "validation" : "train");
    }
  }
  return sessions.map((session) => ({ ...session, split: splits.get(session.id) ?? "train" }));
}

/** Counted on over all people, so that those with few sessions have their part in turn. */
function heldOut(sessions: number): number {
  return Math.floor(HELD_OUT_SHARE * sessions);
}

function halfOf(held: number): number {
  return Math.ceil(held / 2);
}

function sessionsOf(turns: readonly StoredTurn[]): Unsplit[] {
  return [...Map.groupBy(turns, ({ sessionId }) => sessionId)]
    .map(([id, group]) => {
      const inOrder = group.toSorted((a, b) => a.at - b.at || a.position - b.position);
      return { id, person: inOrder.at(-1)?.person ?? "", turns: inOrder };
    })
    .toSorted((a, b) => lastOf(a).at - lastOf(b).at || lastOf(a).position - lastOf(b).position);
}

function lastOf({ turns }: Unsplit): { at: number; position: number } {
  return turns.at(-1) ?? { at: 0, position: 0 };
}
