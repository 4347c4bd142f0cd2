import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { createHeldShares } from "@lilux/core/fairness";
import type { ContextStore, StoreRead } from "./context-store.ts";
import { encodeValue } from "./encode-value.ts";
import { keysOfTenant, ownerOf, tenantOfKey } from "./keys.ts";

export interface InMemoryContextStoreOptions {
  /** The process's unless told. */
  clock?: Pick<Clock, "monotonic">;
  /** Where it is full, the tenant that has most gives up its oldest writes. */
  entriesMax?: number;
  /** Of all values, as characters of their JSON. */
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
  const entries = new Map<string, Entry>();
  const shares = createHeldShares({ sizeMax: charactersMax, countMax: entriesMax });
  let open = true;

  function live(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAt > clock.monotonic()) return entry;
    drop(key);
    return undefined;
  }

  function drop(key: string): void {
    shares.letGo(ownerOf(key), key);
    entries.delete(key);
  }

  return {
    async putIfNewer(key, { version, value, ttlMs }) {
      const text = encodeValue(version, value, ttlMs);
      if (text === undefined || !open) return "unavailable";
      const present = live(key);
      if (present !== undefined && present.version >= version) return "stale";
      entries.set(key, { version, text, expiresAt: clock.monotonic() + ttlMs });
      for (const gone of shares.hold(ownerOf(key), key, text.length)) entries.delete(gone);
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
    async heldBytes(kind) {
      if (!open) return "unavailable";
      const held = new Map<string, number>();
      for (const key of [...entries.keys()]) {
        const owner = tenantOfKey(kind, key);
        const entry = owner === undefined ? undefined : live(key);
        if (owner === undefined || entry === undefined) continue;
        held.set(owner, (held.get(owner) ?? 0) + Buffer.byteLength(entry.text));
      }
      return held;
    },
    connected: () => open,
    async close() {
      open = false;
      entries.clear();
    },
  };
}
