import { isDeepStrictEqual } from "node:util";
import type { Tenant, TenantLimitsGiven } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import { createPlaces, type Places } from "./places.ts";
import { rateLimited } from "./rate-limited.ts";
import type { TenantLimits } from "./tenant-limits.ts";
import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

/** Counts what each tenant takes, and refuses it with `rate_limited` when it would be too much. */
export interface Tenants {
  of(tenant: Tenant): TenantAccount;
  /** What this tenant may take from now on, where it is another than what all may. What it has taken still counts. */
  bound(tenant: Tenant, given: TenantLimitsGiven): void;
}

export interface TenantAccount {
  /** One request with a body of so many bytes. Throws `rate_limited`. */
  request(bytes: number): void;
  /** What such a request would be refused for now. Takes nothing. */
  wouldRefuse(bytes: number): UsedUp | undefined;
  /** One frame of so many bytes, or what it is refused for: nothing is made where nobody is told. */
  frame(bytes: number): UsedUp | undefined;
  /** A turn that runs until what is returned is called. Throws `rate_limited`. */
  turn(): () => void;
  /** The same for a socket; whether there is room for one. */
  socket(): () => void;
  refuseSocket(): void;
  /** How many sessions a gateway holds of it. */
  sessionsMax(): number;
  /** How much it counts where sessions are crowded. */
  weight(): number;
  readonly requests: Places;
  readonly predictions: Places;
  /** The request limit, for the headers of every answer. */
  quota(): { limit: number; windowSeconds: number; left: number; fullInSeconds: number };
}

/** What of a tenant's is used up, and how long until there is some again. */
export interface UsedUp {
  limit: "requests" | "frames" | "bytes";
  waitMs: number;
}

const TENANTS_MAX = 10_000;
const WAIT_WITHIN_MS = 2_000;

export function createTenants(limits: TenantLimits, now: () => number): Tenants {
  const accounts = new LRUCache<string, BoundAccount>({ max: TENANTS_MAX });

  function accountOf(tenant: Tenant): BoundAccount {
    const known = accounts.get(tenant);
    if (known !== undefined) return known;
    const account = createAccount(limits, now);
    accounts.set(tenant, account);
    return account;
  }

  return {
    of: accountOf,
    bound(tenant, given) {
      const account = accountOf(tenant);
      if (account.given !== given) account.bound(given, limitsWith(limits, given));
    },
  };
}

interface BoundAccount extends TenantAccount {
  /** What it was bound by, as the same object for as long as it is the same. */
  readonly given: TenantLimitsGiven | undefined;
  bound(given: TenantLimitsGiven, limits: TenantLimits): void;
}

function createAccount(usual: TenantLimits, now: () => number): BoundAccount {
  let given: TenantLimitsGiven | undefined;
  let limits = usual;
  let { requests, frames, bytes, inWork, predictions } = sharesOf(limits);
  const turns = createCount("turns", () => limits.tenantTurnsAtOnce);
  const sockets = createCount("sockets", () => limits.tenantSocketsMax);

  function pass(limit: "requests" | "frames", bucket: TokenBucket, size: number) {
    const at = now();
    if (!bucket.take(at)) return { limit, waitMs: bucket.waitMs(at) };
    return bytes.take(at, size) ? undefined : usedUpBytes(at, size);
  }

  function usedUpBytes(at: number, size: number): UsedUp {
    return { limit: "bytes", waitMs: bytes.waitMs(at, size) };
  }

  return {
    request(size) {
      const usedUp = pass("requests", requests, size);
      if (usedUp !== undefined) throw rateLimited(usedUp.limit, usedUp.waitMs);
    },
    wouldRefuse(size) {
      const at = now();
      const waitMs = requests.waitMs(at);
      if (waitMs > 0) return { limit: "requests", waitMs };
      const ofBytes = usedUpBytes(at, size);
      return ofBytes.waitMs > 0 ? ofBytes : undefined;
    },
    frame: (size) => pass("frames", frames, size),
    turn: turns.take,
    socket: sockets.take,
    refuseSocket: sockets.refuse,
    get requests() {
      return inWork;
    },
    get predictions() {
      return predictions;
    },
    sessionsMax: () => limits.tenantSessionsMax,
    weight: () => given?.weight ?? 1,
    get given() {
      return given;
    },
    bound(now, next) {
      given = now;
      if (isDeepStrictEqual(limits, next)) return;
      limits = next;
      ({ requests, frames, bytes, inWork, predictions } = sharesOf(limits));
    },
    quota: () => ({
      limit: 2 * limits.tenantRequestsPerSecond,
      windowSeconds: 2,
      left: requests.left(now()),
      fullInSeconds: Math.ceil(requests.fullInMs(now()) / 1_000),
    }),
  };
}

function sharesOf(limits: TenantLimits) {
  const bucket = (perSecond: number, bursts: number) =>
    createTokenBucket(perSecond, bursts * perSecond);
  return {
    requests: bucket(limits.tenantRequestsPerSecond, 2),
    frames: bucket(limits.tenantFramesPerSecond, 2),
    bytes: bucket(limits.tenantBytesPerSecond, 4),
    inWork: placesOf(limits.tenantRequestsAtOnce, 4),
    predictions: placesOf(limits.tenantPredictionsAtOnce, 16),
  };
}

function limitsWith(usual: TenantLimits, given: TenantLimitsGiven): TenantLimits {
  return {
    tenantSessionsMax: given.sessionsMax ?? usual.tenantSessionsMax,
    tenantSocketsMax: given.socketsMax ?? usual.tenantSocketsMax,
    tenantRequestsPerSecond: given.requestsPerSecond ?? usual.tenantRequestsPerSecond,
    tenantFramesPerSecond: given.framesPerSecond ?? usual.tenantFramesPerSecond,
    tenantBytesPerSecond: given.bytesPerSecond ?? usual.tenantBytesPerSecond,
    tenantRequestsAtOnce: given.requestsAtOnce ?? usual.tenantRequestsAtOnce,
    tenantPredictionsAtOnce: given.predictionsAtOnce ?? usual.tenantPredictionsAtOnce,
    tenantTurnsAtOnce: given.turnsAtOnce ?? usual.tenantTurnsAtOnce,
  };
}

function placesOf(atOnce: number, waitingTimes: number): Places {
  return createPlaces({ atOnce, waitingMax: waitingTimes * atOnce, waitWithinMs: WAIT_WITHIN_MS });
}

/** So many at once, each until it is given back. */
function createCount(limit: "turns" | "sockets", max: () => number) {
  let taken = 0;
  const refuse = (): void => {
    if (taken >= max()) throw rateLimited(limit);
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
