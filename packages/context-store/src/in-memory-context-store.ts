import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import type { ContextStore, StoreRead } from "./context-store.ts";
import { encodeValue } from "./encode-value.ts";

export interface InMemoryContextStoreOptions {
  /** The process's unless told. */
  clock?: Pick<Clock, "monotonic">;
  /** The oldest write makes room for one more. */
  entriesMax?: number;
}

interface Entry {
  version: number;
  text: string;
  expiresAt: number;
}

const ENTRIES_MAX = 100_000;

/** The store of one process. Values are copied in and out, so nobody shares memory. */
export function createInMemoryContextStore(
  options: InMemoryContextStoreOptions = {},
): ContextStore {
  const { clock = SYSTEM_CLOCK, entriesMax = ENTRIES_MAX } = options;
  // Kept in the order of writing, so that the first is the one to give way.
  const entries = new Map<string, Entry>();
  let open = true;

  function live(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAt > clock.monotonic()) return entry;
    entries.delete(key);
    return undefined;
  }

  return {
    async putIfNewer(key, { version, value, ttlMs }) {
      const text = encodeValue(version, value, ttlMs);
      if (text === undefined || !open) return "unavailable";
      const present = live(key);
      if (present !== undefined && present.version >= version) return "stale";
      entries.delete(key);
      entries.set(key, { version, text, expiresAt: clock.monotonic() + ttlMs });
      const oldest = entries.size > entriesMax ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
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
      entries.delete(key);
      return "forgotten";
    },
    connected: () => open,
    async close() {
      open = false;
      entries.clear();
    },
  };
}
