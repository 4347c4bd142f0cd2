import { readSettings } from "@lilux/runtime";
import { type Static, Type } from "typebox";

const Settings = Type.Object({
  LILUX_MODEL_DIR: Type.String({ default: "models/router-encoder" }),
  LILUX_CACHE_DIR: Type.Optional(Type.String()),
  LILUX_NATS_URL: Type.String({ default: "nats://127.0.0.1:4222" }),
  LILUX_REDIS_URL: Type.String({ default: "redis://127.0.0.1:6379" }),
  LILUX_KIWI_ADDRESS: Type.String({ default: "127.0.0.1:7001" }),
  LILUX_ADMIN_HOST: Type.String({ default: "127.0.0.1" }),
  LILUX_ADMIN_PORT: Type.Integer({ default: 9092, minimum: 0, maximum: 65_535 }),
  LILUX_LOG_LEVEL: Type.Enum(["debug", "info", "warn", "error", "silent"], { default: "info" }),
  LILUX_API_KEYS: Type.Optional(Type.String()),
  LILUX_API_KEYS_FILE: Type.Optional(Type.String()),
  LILUX_ROUTER_WORKERS: Type.Integer({ default: 2, minimum: 1, maximum: 64 }),
  LILUX_ROUTER_QUEUE_MAX: Type.Integer({ default: 256, minimum: 1, maximum: 100_000 }),
  LILUX_ROUTER_QUEUE_WAIT_MS: Type.Integer({ default: 60, minimum: 1, maximum: 10_000 }),
  LILUX_ROUTER_DEADLINE_MS: Type.Integer({ default: 250, minimum: 1, maximum: 10_000 }),
  LILUX_ROUTER_LIBRARY_WAIT_MS: Type.Integer({ default: 40, minimum: 0, maximum: 10_000 }),
  LILUX_ROUTER_CONTEXT_WAIT_MS: Type.Integer({ default: 5, minimum: 0, maximum: 1_000 }),
  LILUX_ROUTER_ITEMS_MAX: Type.Integer({ default: 50_000, minimum: 1, maximum: 1_000_000 }),
  LILUX_ROUTER_TENANTS_MAX: Type.Integer({ default: 64, minimum: 1, maximum: 10_000 }),
  LILUX_ROUTER_MEMO_MAX: Type.Integer({ default: 5_000, minimum: 1, maximum: 1_000_000 }),
});

/** All times are milliseconds. */
export interface RouterConfig {
  modelDirectory: string;
  /** Where item embeddings are kept between starts; undefined keeps them in memory only. */
  cacheDirectory: string | undefined;
  workers: number;
  linesWaitingMax: number;
  /** A line that waited so long for a worker is stale and not begun any more. */
  queueWaitMs: number;
  /** For a whole prediction, unless its caller sets less. */
  deadlineMs: number;
  /** How long a tenant's first prediction waits for its library. */
  libraryWaitMs: number;
  contextWaitMs: number;
  itemsMax: number;
  tenantsMax: number;
  memoMax: number;
  /** Tenants whose library is loaded at start. */
  warmTenants: readonly string[];
  natsUrl: string;
  redisUrl: string;
  kiwiAddress: string;
  adminHost: string;
  adminPort: number;
  logLevel: Static<typeof Settings>["LILUX_LOG_LEVEL"];
}

/** Reads the router's settings; throws `config_invalid` naming every variable that is wrong. */
export function routerConfig(env: Readonly<Record<string, string | undefined>>): RouterConfig {
  const settings = readSettings(Settings, env);
  const hasKeys =
    settings.LILUX_API_KEYS !== undefined || settings.LILUX_API_KEYS_FILE !== undefined;
  return Object.freeze({
    modelDirectory: settings.LILUX_MODEL_DIR,
    cacheDirectory: settings.LILUX_CACHE_DIR,
    workers: settings.LILUX_ROUTER_WORKERS,
    linesWaitingMax: settings.LILUX_ROUTER_QUEUE_MAX,
    queueWaitMs: settings.LILUX_ROUTER_QUEUE_WAIT_MS,
    deadlineMs: settings.LILUX_ROUTER_DEADLINE_MS,
    libraryWaitMs: settings.LILUX_ROUTER_LIBRARY_WAIT_MS,
    contextWaitMs: settings.LILUX_ROUTER_CONTEXT_WAIT_MS,
    itemsMax: settings.LILUX_ROUTER_ITEMS_MAX,
    tenantsMax: settings.LILUX_ROUTER_TENANTS_MAX,
    memoMax: settings.LILUX_ROUTER_MEMO_MAX,
    // Without keys there is one tenant, and its first prediction should find everything ready.
    warmTenants: hasKeys ? [] : ["local"],
    natsUrl: settings.LILUX_NATS_URL,
    redisUrl: settings.LILUX_REDIS_URL,
    kiwiAddress: settings.LILUX_KIWI_ADDRESS,
    adminHost: settings.LILUX_ADMIN_HOST,
    adminPort: settings.LILUX_ADMIN_PORT,
    logLevel: settings.LILUX_LOG_LEVEL,
  });
}
