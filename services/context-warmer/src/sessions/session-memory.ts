import type { HeldCandidate, ItemReference } from "@lilux/core";
import { LRUCache } from "lru-cache";

/** What is remembered of one turn. */
export interface RememberedTurn {
  sequence: number;
  text: string;
  /** The item the turn was about, if it was about one. */
  item: ItemReference | undefined;
}

export interface SessionMemory {
  /** The last five, oldest first. */
  turns: RememberedTurn[];
  candidates: HeldCandidate[];
}

/** Sessions by tenant and id, at most so many, each worked on by one turn at a time. */
export interface Sessions {
  size(): number;
  /** Runs the work after all earlier work of the same session; `build` makes a session not yet known. */
  withSession<T>(
    key: string,
    build: () => Promise<SessionMemory>,
    work: (session: SessionMemory) => Promise<T>,
  ): Promise<T>;
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

  async function run<T>(
    key: string,
    build: () => Promise<SessionMemory>,
    work: (session: SessionMemory) => Promise<T>,
  ): Promise<T> {
    const session = sessions.get(key) ?? (await build());
    sessions.set(key, session);
    return work(session);
  }

  return {
    size: () => sessions.size,
    withSession(key, build, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const result = before.then(
        () => run(key, build, work),
        () => run(key, build, work),
      );
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
