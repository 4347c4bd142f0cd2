import { LRUCache } from "lru-cache";
import { createPlaces, type Places } from "./places.ts";
import { rateLimited } from "./rate-limited.ts";
import type { TenantLimits } from "./tenant-limits.ts";
import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

/** Counts what each tenant takes, and refuses it with `rate_limited` when it would be too much. */
export interface Tenants {
  of(tenant: string): TenantAccount;
}

export interface TenantAccount {
  /** One request with a body of so many bytes. Throws `rate_limited`. */
  request(bytes: number): void;
  /** One frame of so many bytes; throws `rate_limited`. */
  frame(bytes: number): void;
  /** A turn that runs until what is returned is called. Throws `rate_limited`. */
  turn(): () => void;
  /** The same for a socket; whether there is room for one. */
  socket(): () => void;
  refuseSocket(): void;
  readonly requests: Places;
  readonly predictions: Places;
  /** The request limit, for the headers of every answer. */
  quota(): { limit: number; windowSeconds: number; left: number; fullInSeconds: number };
}

const TENANTS_MAX = 10_000;
const WAIT_WITHIN_MS = 2_000;

export function createTenants(limits: TenantLimits, now: () => number): Tenants {
  const accounts = new LRUCache<string, TenantAccount>({ max: TENANTS_MAX });
  return {
    of(tenant) {
      const known = accounts.get(tenant);
      if (known !== undefined) return known;
      const account = createAccount(limits, now);
      accounts.set(tenant, account);
      return account;
    },
  };
}

function createAccount(limits: TenantLimits, now: () => number): TenantAccount {
  const perSecond = limits.tenantRequestsPerSecond;
  const requests = createTokenBucket(perSecond, 2 * perSecond);
  const frames = createTokenBucket(limits.tenantFramesPerSecond, 2 * limits.tenantFramesPerSecond);
  const bytes = createTokenBucket(limits.tenantBytesPerSecond, 4 * limits.tenantBytesPerSecond);
  const turns = createCount("turns", limits.tenantTurnsAtOnce);
  const sockets = createCount("sockets", limits.tenantSocketsMax);

  function pass(kind: "requests" | "frames", bucket: TokenBucket, size: number): void {
    const at = now();
    if (!bucket.take(at)) throw rateLimited(kind, bucket.waitMs(at));
    if (!bytes.take(at, size)) throw rateLimited("bytes", bytes.waitMs(at, size));
  }

  return {
    request: (size) => pass("requests", requests, size),
    frame: (size) => pass("frames", frames, size),
    turn: turns.take,
    socket: sockets.take,
    refuseSocket: sockets.refuse,
    requests: placesOf(limits.tenantRequestsAtOnce, 4),
    predictions: placesOf(limits.tenantPredictionsAtOnce, 16),
    quota: () => ({
      limit: 2 * perSecond,
      windowSeconds: 2,
      left: requests.left(now()),
      fullInSeconds: Math.ceil(requests.fullInMs(now()) / 1_000),
    }),
  };
}

function placesOf(atOnce: number, waitingTimes: number): Places {
  return createPlaces({ atOnce, waitingMax: waitingTimes * atOnce, waitWithinMs: WAIT_WITHIN_MS });
}

/** So many at once, each until it is given back. */
function createCount(limit: "turns" | "sockets", max: number) {
  let taken = 0;
  const refuse = (): void => {
    if (taken >= max) throw rateLimited(limit);
  };
  return {
    refuse,
    take(): () => void {
      refuse();
      taken += 1;
      let isGiven = false;
      return () => {
        if (!isGiven) taken -= 1;
        isGiven = true;
      };
    },
  };
}
