import { LRUCache } from "lru-cache";
import type { HeldCandidate } from "../decide/merge-candidates.ts";
import type { ItemReference } from "../decide/same-item.ts";

/** What is remembered of one turn. */
export interface RememberedTurn {
  sequence: number;
  /** Unix ms. */
  storedAt: number;
  text: string;
  /** The item the turn was about, if it was about one. */
  item: ItemReference | undefined;
}

export interface SessionMemory {
  /** The last five, oldest first. */
  turns: RememberedTurn[];
  candidates: HeldCandidate[];
  /** The turn the candidates are of; -1 before the first. */
  version: number;
}

/** Sessions by tenant and id, at most so many, each worked on by one turn at a time. */
export interface Sessions {
  size(): number;
  /** Runs the work after all earlier work of the same session. */
  withSession<T>(key: string, work: (session: SessionMemory) => Promise<T>): Promise<T>;
}

export interface SessionsOptions {
  sessionsMax: number;
  /** Told of every session that gives way. */
  onForget: (session: SessionMemory) => void;
}

export function createSessions({ sessionsMax, onForget }: SessionsOptions): Sessions {
  const sessions = new LRUCache<string, SessionMemory>({
    max: sessionsMax,
    dispose: (session, _key, reason) => {
      if (reason !== "set") onForget(session);
    },
  });
  // Only sessions with work under way have a tail, so the consumer's bound is theirs.
  const tails = new Map<string, Promise<unknown>>();

  function run<T>(key: string, work: (session: SessionMemory) => Promise<T>): Promise<T> {
    const session = sessions.get(key) ?? { turns: [], candidates: [], version: -1 };
    sessions.set(key, session);
    return work(session);
  }

  return {
    size: () => sessions.size,
    withSession(key, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const result = before.then(() => run(key, work));
      const tail = result
        .catch(() => undefined)
        .finally(() => {
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
      return result;
    },
  };
}
