import { DEFAULT_MCP_LIMITS, type McpLimits } from "@lilux/mcp";
import {
  DEFAULT_THRESHOLDS,
  type SessionLimits,
  STRICT_THRESHOLDS,
  TEXT_CHARACTERS_MAX,
  type Thresholds,
} from "@lilux/protocol";
import { readSettings } from "@lilux/runtime";
import { Type } from "typebox";
import { type ApiKey, parseApiKeys } from "./access/api-keys.ts";

const Settings = Type.Object({
  LILUX_HOST: Type.String({ default: "127.0.0.1" }),
  PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535 }),
  LILUX_API_KEYS: Type.Optional(Type.String()),
  LILUX_API_KEYS_FILE: Type.Optional(Type.String()),
  LILUX_SESSION_SECRET: Type.Optional(Type.String({ minLength: 16 })),
  LILUX_THRESHOLDS: Type.Enum(["default", "strict"], { default: "default" }),
  LILUX_TERMINAL_DIR: Type.Optional(Type.String()),
});

/** Bounds and waits. Every one has a default that suits production; tests make them short. */
export interface GatewayLimits {
  session: SessionLimits;
  helloWithinMs: number;
  heartbeatMs: number;
  /** A socket with more unsent bytes than this is dropped as a slow reader. */
  bufferedBytesMax: number;
  /** From keystroke received to prediction written; later ones count as bad. */
  predictWithinMs: number;
  restPredictWithinMs: number;
  speculateWithinMs: number;
  kiwiWithinMs: number;
  executeWithinMs: number;
  /** All attempts to store a turn together. */
  storeTurnWithinMs: number;
  turnWithinMs: number;
  /** How long a turn waits for a lost orchestrator to come back. */
  runAgainWithinMs: number;
  /** After a cancel, how long the orchestrator has to end the turn itself. */
  cancelWithinMs: number;
  textCoalesceMs: number;
  sessionsMax: number;
  bodyBytesMax: number;
  /** Of an execute: an item's whole file may be in it. */
  executeBodyBytesMax: number;
  mcp: McpLimits;
}

export interface GatewayConfig {
  host: string;
  /** 0 takes a free one. */
  port: number;
  apiKeys: readonly ApiKey[];
  apiKeysFile: string | undefined;
  /** Signs tickets and resume tokens. Every gateway of a deployment needs the same one. */
  sessionSecret: string | undefined;
  thresholds: Thresholds;
  /** The web terminal's files; none are served when unset. */
  terminalDir: string | undefined;
  limits: GatewayLimits;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  session: {
    frameBytesMax: 16 * 1024,
    textCharactersMax: TEXT_CHARACTERS_MAX,
    framesPerSecondMax: 50,
    turnsInFlightMax: 4,
    resumeWindowMs: 60_000,
  },
  helloWithinMs: 10_000,
  heartbeatMs: 15_000,
  bufferedBytesMax: 1024 * 1024,
  predictWithinMs: 80,
  restPredictWithinMs: 1_000,
  speculateWithinMs: 250,
  kiwiWithinMs: 10_000,
  executeWithinMs: 120_000,
  storeTurnWithinMs: 2_000,
  turnWithinMs: 600_000,
  runAgainWithinMs: 15_000,
  cancelWithinMs: 5_000,
  textCoalesceMs: 15,
  sessionsMax: 20_000,
  bodyBytesMax: 64 * 1024,
  executeBodyBytesMax: 3 * 1024 * 1024,
  mcp: DEFAULT_MCP_LIMITS,
};

/** Throws `config_invalid` with every problem. */
export function gatewayConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const settings = readSettings(Settings, env);
  return {
    host: settings.LILUX_HOST,
    port: settings.PORT,
    apiKeys: parseApiKeys(settings.LILUX_API_KEYS ?? "", "LILUX_API_KEYS"),
    apiKeysFile: settings.LILUX_API_KEYS_FILE,
    sessionSecret: settings.LILUX_SESSION_SECRET,
    thresholds: settings.LILUX_THRESHOLDS === "strict" ? STRICT_THRESHOLDS : DEFAULT_THRESHOLDS,
    terminalDir: settings.LILUX_TERMINAL_DIR,
    limits: DEFAULT_LIMITS,
  };
}

const ProcessSettings = Type.Object({
  LILUX_NATS_URL: Type.String({ default: "nats://127.0.0.1:4222" }),
  LILUX_KIWI_ADDRESS: Type.String({ default: "127.0.0.1:7001" }),
  LILUX_ORCHESTRATOR_ADDRESS: Type.String({ default: "127.0.0.1:7002" }),
  LILUX_ADMIN_HOST: Type.String({ default: "127.0.0.1" }),
  LILUX_ADMIN_PORT: Type.Integer({ default: 9100, minimum: 0, maximum: 65_535 }),
  LILUX_LOG_LEVEL: Type.Enum(["debug", "info", "warn", "error", "silent"], { default: "info" }),
});

/** What only a gateway in a process of its own needs: where its neighbours are. */
export function gatewayProcessConfig(env: Readonly<Record<string, string | undefined>>) {
  const settings = readSettings(ProcessSettings, env);
  return {
    natsUrl: settings.LILUX_NATS_URL,
    kiwiAddress: settings.LILUX_KIWI_ADDRESS,
    orchestratorAddress: settings.LILUX_ORCHESTRATOR_ADDRESS,
    adminHost: settings.LILUX_ADMIN_HOST,
    adminPort: settings.LILUX_ADMIN_PORT,
    logLevel: settings.LILUX_LOG_LEVEL,
  };
}
