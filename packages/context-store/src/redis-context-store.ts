import type { PeerCertificate } from "node:tls";
import { checkPeer, describeTlsFailure, type Tls } from "@lilux/certificates";
import { finishWithin } from "@lilux/core/async";
import { createHeldShares } from "@lilux/core/fairness";
import { type Log, SILENT_LOG } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import { Redis } from "ioredis";
import type { ContextStore, StoreRead, StoreWrite } from "./context-store.ts";
import { encodeValue } from "./encode-value.ts";
import { createGuard } from "./guard.ts";
import { type KeyKind, keysOfKind, keysOfTenant, ownerOf, tenantOfKey } from "./keys.ts";

export interface RedisContextStoreOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** Who we are to the server; without it, whoever the url says. */
  user?: string | undefined;
  password?: string | undefined;
  /** For a `rediss://` url: what we show, and know the server by; without it, those whom the system knows. */
  tls?: Tls | undefined;
  /** How long any call may take; 25 unless told. */
  deadlineMs?: number;
  logger?: Log;
  /** How long the start waits for the server before going on without it; 1 s unless told. */
  startWithinMs?: number;
  /**
   * What this process keeps there at most, in bytes of values: 64 MiB unless told. Beyond that the tenant
   * that has most loses its oldest, so that the server never has to choose, who knows no tenants.
   */
  bytesMax?: number;
  /** How often the server is asked whether it is still there; 5 s unless told. */
  probeEveryMs?: number;
}

/** Stores unless the version there is as new. Lua's numbers are doubles: exact below 2^53. */
const PUT_IF_NEWER = `
local present = redis.call('HGET', KEYS[1], 'version')
if present and tonumber(present) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'value', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

const BYTES_MAX = 64 * 1024 * 1024;
const KEYS_MAX = 100_000;
const PROBE_MS = 5_000;
const RETRY_FIRST_MS = 50;
const RETRY_LONGEST_MS = 2_000;

/**
 * The store on Redis. Resolves when connected, or after `startWithinMs` without:
 * it goes on trying for ever, and answers `unavailable` meanwhile. Rejects only
 * with `config_invalid`, for a url that is none.
 */
export async function connectRedisContextStore(
  options: RedisContextStoreOptions,
): Promise<ContextStore> {
  const { deadlineMs = 25, logger = SILENT_LOG, startWithinMs = 1_000 } = options;
  const { probeEveryMs = PROBE_MS, bytesMax = BYTES_MAX } = options;
  const shares = createHeldShares({ sizeMax: bytesMax, countMax: KEYS_MAX });
  const redis = new Redis(addressOf(options), {
    ...redisOptions(deadlineMs),
    ...userOf(options),
    ...securityOf(options),
  });
  const tellRefusal = tellRefusals(logger);
  const refused = (error: unknown): never => {
    tellRefusal(error);
    throw error;
  };
  const guard = createGuard({ deadlineMs, onHung: () => redis.disconnect(true) });
  let closed = false;
  redis.on("error", tellRefusal);
  watchConnection(redis, (up) => {
    if (up) logger.info({}, "context store connected");
    else if (!closed) logger.warn({}, "context store not connected");
  });
  const usable = (): boolean => !closed && redis.status === "ready";
  await readyWithin(redis, startWithinMs);
  // Asked also while nobody else asks: `connected` is then right on a quiet system, too. Every user may ask this.
  const probe = setInterval(() => {
    if (usable()) void guard.run(() => redis.info("server").catch(refused));
  }, probeEveryMs).unref();

  /** Nobody waits for it: what is over the bound for a moment is no harm. */
  function makeRoom(key: string, bytes: number): void {
    const gone = shares.hold(ownerOf(key), key, bytes);
    if (gone.length > 0) void guard.run(() => redis.del(...gone).catch(refused));
  }

  return {
    async putIfNewer(key, { version, value, ttlMs }): Promise<StoreWrite> {
      const text = encodeValue(version, value, ttlMs);
      if (text === undefined || !usable()) return "unavailable";
      const lifetime = Math.ceil(ttlMs);
      const answer = await guard.run(() =>
        redis.eval(PUT_IF_NEWER, 1, key, version, text, lifetime).catch(refused),
      );
      if (!answer.came) return "unavailable";
      if (answer.value !== 1) return "stale";
      makeRoom(key, Buffer.byteLength(text));
      return "stored";
    },
    async get(key): Promise<StoreRead> {
      if (!usable()) return { state: "unavailable" };
      const answer = await guard.run(() => redis.hmget(key, "version", "value").catch(refused));
      return answer.came ? toRead(answer.value) : { state: "unavailable" };
    },
    async forget(key) {
      if (!usable()) return "unavailable";
      const answer = await guard.run(() => redis.del(key).catch(refused));
      if (answer.came) shares.letGo(ownerOf(key), key);
      return answer.came ? "forgotten" : "unavailable";
    },
    async forgetTenant(kind, tenant) {
      // A star is no letter of a tenant's name, nor is anything else that a pattern knows.
      const pattern = `${keysOfTenant(kind, tenant)}*`;
      let forgotten = 0;
      let cursor = "0";
      do {
        if (!usable()) return "unavailable";
        const step = await guard.run(() => forgetSome(redis, cursor, pattern).catch(refused));
        if (!step.came) return "unavailable";
        forgotten += step.value.forgotten;
        cursor = step.value.cursor;
      } while (cursor !== "0");
      const head = keysOfTenant(kind, tenant);
      for (const key of shares.keysOf(tenant)) if (key.startsWith(head)) shares.letGo(tenant, key);
      return forgotten;
    },
    async heldBytes(kind) {
      const held = new Map<string, number>();
      let cursor = "0";
      do {
        if (!usable()) return "unavailable";
        const step = await guard.run(() => measureSome(redis, cursor, kind).catch(refused));
        if (!step.came) return "unavailable";
        for (const [tenant, bytes] of step.value.sizes) {
          held.set(tenant, (held.get(tenant) ?? 0) + bytes);
        }
        cursor = step.value.cursor;
      } while (cursor !== "0");
      return held;
    },
    connected: () => usable() && guard.answering(),
    async close() {
      closed = true;
      clearInterval(probe);
      redis.disconnect();
    },
  };
}

/** Asked for at every connection: certificates that were renewed are then those of the next. */
function securityOf({ url, tls }: RedisContextStoreOptions) {
  if (tls === undefined || new URL(url).protocol !== "rediss:") return {};
  const { hostname } = new URL(url);
  const check = checkPeer("redis");
  return {
    tls: {
      checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
        check(hostname.replace(/^\[|\]$/g, ""), certificate),
      get ca() {
        return tls.current().authority;
      },
      get cert() {
        return tls.current().certificate;
      },
      get key() {
        return tls.current().key;
      },
    },
  };
}

/** Few enough that the server and the deadline bear it. */
const KEYS_LOOKED_AT = 500;

async function forgetSome(
  redis: Redis,
  cursor: string,
  pattern: string,
): Promise<{ cursor: string; forgotten: number }> {
  const [next, found] = await redis.scan(cursor, "MATCH", pattern, "COUNT", KEYS_LOOKED_AT);
  const forgotten = found.length === 0 ? 0 : await redis.del(...found);
  return { cursor: next, forgotten };
}

/** A key may be told twice while the server makes more room for keys: then it counts twice, once. */
async function measureSome(
  redis: Redis,
  cursor: string,
  kind: KeyKind,
): Promise<{ cursor: string; sizes: (readonly [string, number])[] }> {
  const pattern = keysOfKind(kind);
  const [next, found] = await redis.scan(cursor, "MATCH", pattern, "COUNT", KEYS_LOOKED_AT);
  if (found.length === 0) return { cursor: next, sizes: [] };
  const asked = redis.pipeline();
  for (const key of found) asked.hstrlen(key, "value");
  const answers = (await asked.exec()) ?? [];
  const sizes = found.map((key, place) => {
    const [error, size] = answers[place] ?? [];
    if (error !== null && error !== undefined) throw error;
    return [tenantOfKey(kind, key) ?? "", Number(size ?? 0)] as const;
  });
  return { cursor: next, sizes };
}

function userOf({ user, password }: RedisContextStoreOptions) {
  return user === undefined ? {} : { username: user, password: password ?? "" };
}

/** Logs, once for each kind, that the server does not let us in or does not let us do something. */
function tellRefusals(logger: Log): (error: unknown) => void {
  const told = new Set<string>();
  return (error) => {
    // Only its words: the error itself holds the command, which may hold the password.
    const reason = error instanceof Error ? error.message : String(error);
    const distrust = describeTlsFailure(error);
    const kind = distrust ?? /^(WRONGPASS|NOAUTH|NOPERM)\b/.exec(reason)?.[1];
    if (kind === undefined || told.has(kind)) return;
    told.add(kind);
    if (distrust !== undefined) {
      logger.error({ reason: distrust }, "context store cannot be spoken to");
      return;
    }
    logger.error({ reason }, "context store refuses us: correct LILUX_REDIS_USER and its password");
  };
}

function redisOptions(deadlineMs: number) {
  return {
    // Each default would let a caller wait for a server that is gone.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: Math.max(1, Math.floor(deadlineMs * 0.8)),
    connectTimeout: 1_000,
    disconnectTimeout: 200,
    noDelay: true,
    retryStrategy(tries: number): number {
      const delay = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(tries, 10));
      return delay * (0.5 + Math.random() / 2);
    },
  };
}

/** Tells once when it goes and once when it is back, however many tries lie between. */
function watchConnection(redis: Redis, onChange: (up: boolean) => void): void {
  let known: boolean | undefined;
  const tell = (up: boolean) => (): void => {
    if (known === up) return;
    known = up;
    onChange(up);
  };
  redis.on("ready", tell(true));
  redis.on("close", tell(false));
  // Without a listener an error of the socket would end the process; `close` follows it.
  redis.on("error", () => undefined);
}

async function readyWithin(redis: Redis, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  redis.once("ready", resolve);
  await finishWithin(promise, ms);
  redis.off("ready", resolve);
}

function toRead([version, text]: (string | null)[]): StoreRead {
  if (typeof version !== "string" || typeof text !== "string") return { state: "missing" };
  try {
    return { state: "found", version: Number(version), value: JSON.parse(text) as unknown };
  } catch {
    // Nothing of ours: as good as nothing there.
    return { state: "missing" };
  }
}

/** By its scheme the client would take the machine's own authorities, whatever it is told besides. */
function addressOf({ url, tls }: RedisContextStoreOptions): string {
  const checked = checkedUrl(url);
  return tls === undefined ? checked : checked.replace(/^rediss:/, "redis:");
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) return url;
  throw new LiluxError("config_invalid", {
    message: "LILUX_REDIS_URL must be like redis://host:6379.",
  });
}
