import { readSettings } from "@lilux/runtime";
import { type Static, Type } from "typebox";

const Settings = Type.Object({
  LILUX_NATS_URL: Type.String({ default: "nats://127.0.0.1:4222" }),
  LILUX_REDIS_URL: Type.String({ default: "redis://127.0.0.1:6379" }),
  LILUX_KIWI_ADDRESS: Type.String({ default: "127.0.0.1:7001" }),
  LILUX_ADMIN_HOST: Type.String({ default: "127.0.0.1" }),
  LILUX_ADMIN_PORT: Type.Integer({ default: 9093, minimum: 0, maximum: 65_535 }),
  LILUX_LOG_LEVEL: Type.Enum(["debug", "info", "warn", "error", "silent"], { default: "info" }),
  LILUX_WARMER_IN_FLIGHT_MAX: Type.Integer({ default: 16, minimum: 1, maximum: 1_000 }),
  LILUX_WARMER_SESSIONS_MAX: Type.Integer({ default: 10_000, minimum: 1, maximum: 1_000_000 }),
  LILUX_WARMER_DISCOVER_MS: Type.Integer({ default: 200, minimum: 1, maximum: 10_000 }),
  LILUX_WARMER_VALID_MS: Type.Integer({ default: 30_000, minimum: 1_000, maximum: 600_000 }),
});

/** All times are milliseconds. */
export interface ContextWarmerConfig {
  /** How many turns are worked on at once. */
  inFlightMax: number;
  /** How many sessions are remembered; the one silent the longest gives way. */
  sessionsMax: number;
  discoverDeadlineMs: number;
  /** How long a context and each of its candidates hold. */
  validMs: number;
  natsUrl: string;
  redisUrl: string;
  kiwiAddress: string;
  adminHost: string;
  adminPort: number;
  logLevel: Static<typeof Settings>["LILUX_LOG_LEVEL"];
}

/** Throws `config_invalid` naming every variable that cannot be used. */
export function contextWarmerConfig(
  env: Readonly<Record<string, string | undefined>>,
): ContextWarmerConfig {
  const settings = readSettings(Settings, env);
  return Object.freeze({
    inFlightMax: settings.LILUX_WARMER_IN_FLIGHT_MAX,
    sessionsMax: settings.LILUX_WARMER_SESSIONS_MAX,
    discoverDeadlineMs: settings.LILUX_WARMER_DISCOVER_MS,
    validMs: settings.LILUX_WARMER_VALID_MS,
    natsUrl: settings.LILUX_NATS_URL,
    redisUrl: settings.LILUX_REDIS_URL,
    kiwiAddress: settings.LILUX_KIWI_ADDRESS,
    adminHost: settings.LILUX_ADMIN_HOST,
    adminPort: settings.LILUX_ADMIN_PORT,
    logLevel: settings.LILUX_LOG_LEVEL,
  });
}
