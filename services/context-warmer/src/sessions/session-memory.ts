import { keysOfTenant } from "@lilux/context-store";
import { EMPTY_MEMORY, type WorkMemory } from "@lilux/core/warming";
import type { Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import type { ItemReference } from "../decide/same-item.ts";

/** What is remembered of one turn. */
export interface RememberedTurn {
  sequence: number;
  turnId: string;
  /** Unix ms. */
  storedAt: number;
  text: string;
  /** The item the turn was about, if it was about one. */
  item: ItemReference | undefined;
}

/** A warm item with what the warmer remembers of it. */
export interface WarmItem {
  /** `item_type:qualified_id`, or what discovery calls it where the library is not known. */
  key: string;
  score: number;
  /** Unix ms: since when it is warm without a break. */
  since: number;
  /** A turn was about it. */
  used: boolean;
}

export interface SessionMemory {
  /** The last five, oldest first. */
  turns: RememberedTurn[];
  work: WorkMemory;
  warm: WarmItem[];
  /** What was warm when the newest turn came: what that turn is measured by. */
  warmBefore: WarmItem[];
  /** The newest context's; -1 before the first. */
  version: number;
  /** Unix ms: until then what is warm holds. */
  expiresAt: number;
  /** How long what is warm took to find, in ms: what nobody has to wait for who finds it warm. */
  workMs: number;
}

/** Sessions by tenant and id, at most so many, each worked on by one turn at a time. */
export interface Sessions {
  size(): number;
  /** Runs the work after all earlier work of the same session. */
  withSession<T>(key: string, work: (session: SessionMemory) => Promise<T>): Promise<T>;
  /** The tenant is being deleted: nothing of its sessions is remembered. */
  letGo(tenant: Tenant): void;
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
    const session = sessions.get(key) ?? newSession();
    sessions.set(key, session);
    return work(session);
  }

  return {
    size: () => sessions.size,
    letGo(tenant) {
      const head = keysOfTenant("context", tenant);
      for (const key of [...sessions.keys()]) if (key.startsWith(head)) sessions.delete(key);
    },
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

function newSession(): SessionMemory {
  return {
    turns: [],
    work: EMPTY_MEMORY,
    warm: [],
    warmBefore: [],
    version: -1,
    expiresAt: 0,
    workMs: 0,
  };
}
