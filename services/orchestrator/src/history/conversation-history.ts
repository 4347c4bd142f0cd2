import { type ContextStore, keys, keysOfTenant } from "@lilux/context-store";
import { createParser, type Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import { type Static, Type } from "typebox";

/** One finished turn, as later turns see it. */
const PastTurn = Type.Object({
  text: Type.String(),
  response: Type.String(),
  /** Calls that ran, as one line each. */
  calls: Type.Array(Type.String()),
  /** Whether its answer may repeat what items and results said; when nobody knows, it may. */
  heard: Type.Optional(Type.Boolean()),
});
export type PastTurn = Static<typeof PastTurn>;

const StoredHistory = Type.Object({ turns: Type.Array(PastTurn) });
const storedHistory = createParser(StoredHistory, "stored history", "internal");

const HISTORY_TURNS_MAX = 10;
const HISTORY_TTL_MS = 60 * 60_000;
const SESSIONS_MAX = 1_000;
const TEXT_CHARACTERS_MAX = 2_000;
const RESPONSE_CHARACTERS_MAX = 4_000;
const CALLS_MAX = 16;
const CALL_CHARACTERS_MAX = 200;
/** The store takes values of up to 64 KiB. */
const STORED_BYTES_MAX = 60 * 1024;

export interface SessionName {
  tenant: Tenant;
  sessionId: string;
}

/**
 * The last turns of each session, at most ten: in the store, so that another
 * orchestrator goes on where a killed one stopped, and in this process, so that
 * a store that does not answer costs nothing but that.
 */
export interface ConversationHistory {
  /** What this process knows without asking anybody. */
  peek(session: SessionName): readonly PastTurn[];
  /** The newest of both places, oldest turn first. Never throws. */
  load(session: SessionName): Promise<readonly PastTurn[]>;
  /** The tenant is being deleted: this process knows nothing of it any more. */
  letGo(tenant: Tenant): void;
  /** Adds a turn. `sequence` is its place in TURNS. Never throws. */
  add(session: SessionName, sequence: number, turn: PastTurn): Promise<void>;
}

interface Copy {
  version: number;
  turns: readonly PastTurn[];
}

export function createConversationHistory(store: ContextStore): ConversationHistory {
  const copies = new LRUCache<string, Copy>({ max: SESSIONS_MAX });

  return {
    peek: ({ tenant, sessionId }) => copies.get(keys.history(tenant, sessionId))?.turns ?? [],
    letGo(tenant) {
      const head = keysOfTenant("history", tenant);
      for (const key of [...copies.keys()]) if (key.startsWith(head)) copies.delete(key);
    },
    async load({ tenant, sessionId }) {
      const key = keys.history(tenant, sessionId);
      const found = await store.get(key);
      const copy = copies.get(key);
      if (found.state !== "found" || !storedHistory.is(found.value)) return copy?.turns ?? [];
      if (copy !== undefined && copy.version >= found.version) return copy.turns;
      copies.set(key, { version: found.version, turns: found.value.turns });
      return found.value.turns;
    },
    async add({ tenant, sessionId }, sequence, turn) {
      const key = keys.history(tenant, sessionId);
      const copy = copies.get(key);
      const turns = fitting([...(copy?.turns ?? []), capped(turn)]);
      const version = Math.max(sequence, copy?.version ?? 0);
      copies.set(key, { version, turns });
      await store.putIfNewer(key, { version, value: { turns }, ttlMs: HISTORY_TTL_MS });
    },
  };
}

function capped({ text, response, calls, heard = true }: PastTurn): PastTurn {
  return {
    text: text.slice(0, TEXT_CHARACTERS_MAX),
    response: response.slice(0, RESPONSE_CHARACTERS_MAX),
    calls: calls.slice(0, CALLS_MAX).map((call) => call.slice(0, CALL_CHARACTERS_MAX)),
    heard,
  };
}

/**
 * The newest turns that fit into one stored value. Too many become half as many
 * at once: the beginning of a prompt stays the same for several turns, and a
 * server's cache of it holds.
 */
function fitting(turns: readonly PastTurn[]): readonly PastTurn[] {
  let kept = turns;
  while (kept.length > 1 && !fits(kept)) kept = kept.slice(Math.ceil(kept.length / 2));
  return kept;
}

function fits(turns: readonly PastTurn[]): boolean {
  return (
    turns.length <= HISTORY_TURNS_MAX &&
    Buffer.byteLength(JSON.stringify(turns)) <= STORED_BYTES_MAX
  );
}
