import { LRUCache } from "lru-cache";
import { rateLimited } from "./rate-limited.ts";

/** Bounds what is heard of pushes, at a door where nobody signs in. */
export interface HookBounds {
  /** Begins to hear one. Throws `rate_limited`. What is returned is called once its signature was good. */
  enter(knock: HookKnock): () => void;
}

export interface HookKnock {
  tenant: string;
  /** Of the connection that it came by. */
  address: string;
}

/** A Git server that tells of every push of a busy day stays far below it. */
export const HOOKS_A_MINUTE_MAX = 60;
const KNOWN_MAX = 10_000;
const MINUTE_MS = 60_000;

interface Minute {
  since: number;
  count: number;
}

/**
 * What was signed counts for its tenant; what was not, for the address that it came from. So whoever
 * knows a tenant's name and not its secret shuts themselves out there, and its Git server in no case but
 * behind the same proxy.
 */
export function createHookBounds(now: () => number): HookBounds {
  const signed = new LRUCache<string, Minute>({ max: KNOWN_MAX });
  const unsigned = new LRUCache<string, Minute>({ max: KNOWN_MAX });

  function minuteOf(minutes: LRUCache<string, Minute>, name: string): Minute {
    const known = minutes.get(name);
    if (known !== undefined && now() - known.since < MINUTE_MS) return known;
    const begun = { since: now(), count: 0 };
    minutes.set(name, begun);
    return begun;
  }

  function assertRoom({ since, count }: Minute): void {
    if (count >= HOOKS_A_MINUTE_MAX) throw rateLimited("requests", since + MINUTE_MS - now());
  }

  return {
    enter({ tenant, address }) {
      const ofTenant = minuteOf(signed, tenant);
      const ofAddress = minuteOf(unsigned, `${address} ${tenant}`);
      assertRoom(ofTenant);
      assertRoom(ofAddress);
      ofAddress.count += 1;
      return () => {
        ofAddress.count -= 1;
        ofTenant.count += 1;
      };
    },
  };
}
