import type { ContextStore } from "@lilux/context-store";
import type { Clock } from "@lilux/core/async";
import { Type } from "typebox";
import { Value } from "typebox/value";

/** One of all who may do some work does it: whoever holds the lease. */
export interface Lease {
  /** Takes or keeps it; false while somebody else has it, and while the store does not answer. */
  hold(key: string): Promise<boolean>;
  /** Leaves it to others at once. */
  leave(key: string): Promise<void>;
}

export interface LeaseDeps {
  store: ContextStore;
  clock: Pick<Clock, "unix">;
  /** Names this process. */
  holder: string;
  heldMs: number;
}

const Held = Type.Object({ holder: Type.String(), until: Type.Number() });

/** A lease that is not kept up ends by itself, so that nobody's death stops the work. */
export function createLease({ store, clock, holder, heldMs }: LeaseDeps): Lease {
  const own = new Set<string>();
  return {
    async leave(key) {
      if (own.delete(key)) await store.forget(key);
    },
    async hold(key) {
      own.delete(key);
      const read = await store.get(key);
      if (read.state === "unavailable") return false;
      const now = clock.unix();
      const found = read.state === "found" ? read : undefined;
      const held = found !== undefined && Value.Check(Held, found.value) ? found.value : undefined;
      if (held !== undefined && held.holder !== holder && held.until > now) return false;
      const entry = {
        version: (found?.version ?? 0) + 1,
        value: { holder, until: now + heldMs },
        ttlMs: heldMs,
      };
      // Of several who saw it end, the store takes the first one's.
      const isOurs = (await store.putIfNewer(key, entry)) === "stored";
      if (isOurs) own.add(key);
      return isOurs;
    },
  };
}
