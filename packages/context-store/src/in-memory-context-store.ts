import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import type { ContextStore, StoreRead } from "./context-store.ts";
import { encodeValue } from "./encode-value.ts";
import { keysOfTenant } from "./keys.ts";

export interface InMemoryContextStoreOptions {
  /** The process's unless told. */
  clock?: Pick<Clock, "monotonic">;
  /** The oldest writes make room for one more. */
  entriesMax?: number;
  /** Of all values, as characters of their JSON; the oldest writes make room. */
  charactersMax?: number;
}

interface Entry {
  version: number;
  text: string;
  expiresAt: number;
}

const ENTRIES_MAX = 100_000;
/** Some ten thousand warm contexts, which live as long as their sessions. */
const CHARACTERS_MAX = 64 * 1024 * 1024;

/** The store of one process. Values are copied in and out, so nobody shares memory. */
export function createInMemoryContextStore(
  options: InMemoryContextStoreOptions = {},
): ContextStore {
  const { clock = SYSTEM_CLOCK, entriesMax = ENTRIES_MAX } = options;
  const { charactersMax = CHARACTERS_MAX } = options;
  // Kept in the order of writing, so that the first is the one to give way.
  const entries = new Map<string, Entry>();
  let open = true;
  let characters = 0;

  function live(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAt > clock.monotonic()) return entry;
    drop(key);
    return undefined;
  }

  function drop(key: string): void {
    characters -= entries.get(key)?.text.length ?? 0;
    entries.delete(key);
  }

  function makeRoom(): void {
    for (const oldest of entries.keys()) {
      if (entries.size <= entriesMax && characters <= charactersMax) return;
      drop(oldest);
    }
  }

  return {
    async putIfNewer(key, { version, value, ttlMs }) {
      const text = encodeValue(version, value, ttlMs);
      if (text === undefined || !open) return "unavailable";
      const present = live(key);
      if (present !== undefined && present.version >= version) return "stale";
      drop(key);
      entries.set(key, { version, text, expiresAt: clock.monotonic() + ttlMs });
      characters += text.length;
      makeRoom();
      return "stored";
    },
    async get(key): Promise<StoreRead> {
      if (!open) return { state: "unavailable" };
      const entry = live(key);
      if (entry === undefined) return { state: "missing" };
      return { state: "found", version: entry.version, value: JSON.parse(entry.text) as unknown };
    },
    async forget(key) {
      if (!open) return "unavailable";
      drop(key);
      return "forgotten";
    },
    async forgetTenant(kind, tenant) {
      if (!open) return "unavailable";
      const head = keysOfTenant(kind, tenant);
      const gone = [...entries.keys()].filter((key) => key.startsWith(head));
      gone.forEach(drop);
      return gone.length;
    },
    connected: () => open,
    async close() {
      open = false;
      entries.clear();
      characters = 0;
    },
  };
}
