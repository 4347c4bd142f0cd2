import { DEFAULT_MCP_LIMITS, type McpLimits } from "@lilux/mcp";
import {
  DEFAULT_THRESHOLDS,
  executeDeadlines,
  type SessionLimits,
  STRICT_THRESHOLDS,
  TEXT_CHARACTERS_MAX,
  type Thresholds,
} from "@lilux/protocol";
import {
  claimSignSettings,
  executeSettings,
  flywheelDatabaseSettings,
  kiwiAddressSettings,
  orchestratorSecretSettings,
  processSettings,
  readSettings,
  secretFile,
  setting,
  tenantRootSettings,
} from "@lilux/runtime";
import { Type } from "typebox";
import { type ApiKey, parseApiKeys } from "./access/api-keys.ts";
import { readOrigins } from "./access/read-origins.ts";
import { limitSettings } from "./admit/limit-settings.ts";
import { type Plans, planSettings } from "./admit/plans.ts";
import { type Prices, priceSettings } from "./admit/prices.ts";
import { type TenantLimits, tenantSettings } from "./admit/tenant-limits.ts";

/** Which sessions' frames are padded, and their tick, unless told. */
export const PADDING = { sessions: "asked", tickMs: 40 } as const;

export const gatewaySettings = {
  ...processSettings(9091),
  ...kiwiAddressSettings,
  ...orchestratorSecretSettings,
  ...executeSettings,
  ...tenantSettings,
  ...tenantRootSettings,
  ...claimSignSettings,
  ...limitSettings,
  ...planSettings,
  ...priceSettings,
  ...flywheelDatabaseSettings,
  flywheel: setting(
    "LILUX_FLYWHEEL",
    "`on`: the flywheel runs, and keeps what tenants agree to. `off`: there is none, and the gateway itself deletes what one of before kept of a tenant. Where nobody says it, deleting a tenant waits for an answer of the flywheel.",
    Type.Enum(["on", "off"]),
    { defaultText: "not known; off for `npm start`" },
  ),
  keystrokesTraced: setting(
    "LILUX_TRACE_KEYSTROKES",
    "With LILUX_OTLP_URL: of so many keystrokes one is traced, and each that is late.",
    Type.Integer({ minimum: 1 }),
    { default: 1_000 },
  ),
  natsReplicas: setting(
    "LILUX_NATS_REPLICAS",
    "Copies of each stream that is made or grows; one that has more keeps them.",
    Type.Integer({ minimum: 1, maximum: 5 }),
    { defaultText: "3 where nats-server is clustered, else 1" },
  ),
  orchestratorAddress: setting(
    "LILUX_ORCHESTRATOR_ADDRESS",
    "Where the orchestrator answers gRPC.",
    Type.String(),
    { default: "127.0.0.1:7002" },
  ),
  host: setting(
    "LILUX_HOST",
    "The address clients connect to; without API keys only a loopback one.",
    Type.String(),
    { default: "127.0.0.1" },
  ),
  port: setting(
    "PORT",
    "The port clients connect to; 0 takes a free one.",
    Type.Integer({ minimum: 0, maximum: 65_535 }),
    { default: 8080 },
  ),
  apiKeys: setting(
    "LILUX_API_KEYS",
    "Hashes of the keys that are let in, as `npm run lilux -- key <tenant>` prints them; behind each, the origins of pages that alone may use it, with spaces between them.",
    Type.String(),
    { default: "", read: (text) => parseApiKeys(text, "LILUX_API_KEYS") },
  ),
  apiKeysFile: setting("LILUX_API_KEYS_FILE", "A file with more of them.", Type.String()),
  operatorKeys: setting(
    "LILUX_OPERATOR_KEYS",
    "Hashes of the keys of those who run the server and administer tenants, as `npm run lilux -- key <name>` prints them. They open nothing else.",
    Type.String(),
    { default: "", read: (text) => parseApiKeys(text, "LILUX_OPERATOR_KEYS") },
  ),
  tenantsDatabaseUrl: setting(
    "LILUX_TENANTS_DATABASE_URL",
    "Where tenants, their keys and people are kept: postgres://…, or a folder for an embedded database, which one gateway alone may use. It may hold a password. Without it, keys are those of the file.",
    Type.String(),
    { defaultText: "none; embedded where LILUX_TENANT_RECORDS is on" },
  ),
  signInAddresses: setting(
    "LILUX_SIGN_IN_ADDRESSES",
    "Where the identity providers that tenants sign in by may be: at public addresses alone, or at any, such as those of a private network.",
    Type.Enum(["public", "any"]),
    { default: "public" },
  ),
  origins: setting(
    "LILUX_ORIGINS",
    "Origins of pages that may use this gateway beside its own, like https://app.example, with spaces between them. While it is not set, pages from elsewhere may with a key, but not with a ticket.",
    Type.String(),
    { default: "", read: readAllOrigins },
  ),
  sessionSecret: setting(
    "LILUX_SESSION_SECRET",
    "Signs tickets and resume tokens. Every gateway of a deployment needs the same one.",
    Type.String({ minLength: 16 }),
    { defaultText: "made at each start; `npm start` keeps one in its state folder" },
  ),
  sessionSecretFile: secretFile(
    "LILUX_SESSION_SECRET",
    "A file that holds what signs tickets and resume tokens.",
  ),
  thresholds: setting(
    "LILUX_THRESHOLDS",
    "How sure a prediction must be to be shown and to be run by Enter.",
    Type.Enum(["default", "strict"]),
    {
      default: "default",
      read: (name) => (name === "strict" ? STRICT_THRESHOLDS : DEFAULT_THRESHOLDS),
    },
  ),
  paddedSessions: setting(
    "LILUX_PADDED_SESSIONS",
    "Whose frames over WebSocket are padded to sizes of a few classes and leave on a tick: of sessions that ask for it, or of all.",
    Type.Enum(["asked", "all"]),
    { default: PADDING.sessions },
  ),
  paddedTickMs: setting(
    "LILUX_PADDED_TICK_MS",
    "The tick of padded sessions, in ms. Frames wait so long at most, each way.",
    Type.Integer({ minimum: 5, maximum: 60 }),
    { default: PADDING.tickMs },
  ),
  terminalDir: setting(
    "LILUX_TERMINAL_DIR",
    "The web terminal's files; none are served when it is not set.",
    Type.String(),
  ),
};

/** Bounds and waits. Every one has a default that suits production; tests make them short. */
export interface GatewayLimits extends TenantLimits {
  session: SessionLimits;
  helloWithinMs: number;
  heartbeatMs: number;
  /** A socket with more unsent bytes than this is dropped as a slow reader. */
  bufferedBytesMax: number;
  /** From keystroke received to prediction written; later ones count as bad. */
  predictWithinMs: number;
  /** Kept of that for writing the frame, and for timers that fire late. */
  answerMarginMs: number;
  restPredictWithinMs: number;
  speculateWithinMs: number;
  kiwiWithinMs: number;
  executeWithinMs: number;
  /** How long whoever named a turn over REST may be away before it is cancelled. */
  comeBackWithinMs: number;
  /** All attempts to store a turn together. */
  storeTurnWithinMs: number;
  turnWithinMs: number;
  /** How long a turn waits for a lost orchestrator to come back. */
  runAgainWithinMs: number;
  /** After a cancel, how long the orchestrator has to end the turn itself. */
  cancelWithinMs: number;
  /** How often a gateway says which turns it runs. */
  turnBeatMs: number;
  /** A stored turn of which nothing is heard for so long is ended. */
  orphanedAfterMs: number;
  textCoalesceMs: number;
  /** After a pass of deleting a tenant, how long until another one looks what was written meanwhile. */
  deletionSettleMs: number;
  /** Of all tenants together. */
  sessionsMax: number;
  addressSocketsMax: number;
  bodyBytesMax: number;
  /** Of an execute: an item's whole file may be in it. */
  executeBodyBytesMax: number;
  /** Of a chat: a whole conversation is in it, and has to fit a message of gRPC. */
  chatBodyBytesMax: number;
  mcp: McpLimits;
}

export interface GatewayConfig {
  host: string;
  /** 0 takes a free one. */
  port: number;
  apiKeys: readonly ApiKey[];
  apiKeysFile: string | undefined;
  operatorKeys: readonly ApiKey[];
  /** It may hold a password. */
  tenantsDatabaseUrl: string | undefined;
  plans: Plans;
  prices?: Prices | undefined;
  /** Whether tenants have folders of their own is the tool core's business; that they have, is this one's. */
  tenantRoot: string | undefined;
  /** Origins of pages that may use this gateway beside its own; none were named when empty. */
  origins: readonly string[];
  /** Where identity providers of tenants may be. */
  signInAddresses: "public" | "any";
  /** Signs tickets and resume tokens. Every gateway of a deployment needs the same one. */
  sessionSecret: string | undefined;
  thresholds: Thresholds;
  /** Which sessions' frames are padded and leave on a tick, and on which. */
  padding?: { sessions: "asked" | "all"; tickMs: number };
  /** Of so many keystrokes one is traced; 1000 unless told. */
  keystrokesTraced?: number;
  /** The web terminal's files; none are served when unset. */
  terminalDir: string | undefined;
  limits: GatewayLimits;
}

/** A line of the largest length in any script, each character escaped (`\\u65e5`), and what stands around it. */
const FRAME_BYTES_MAX = 6 * TEXT_CHARACTERS_MAX + 1_024;

/** Throws `config_invalid` with every problem. */
export function gatewayConfig(env: Environment) {
  const settings = readSettings(gatewaySettings, env);
  const { paddedSessions, paddedTickMs: tickMs, ...rest } = settings;
  const padding = { sessions: paddedSessions, tickMs };
  const sessionSecret = settings.sessionSecretFile ?? settings.sessionSecret;
  return Object.freeze({ ...rest, sessionSecret, padding, limits: limitsOf(env) });
}

type Environment = Readonly<Record<string, string | undefined>>;

function limitsOf(env: Environment): GatewayLimits {
  const settings = readSettings({ ...limitSettings, ...executeSettings }, env);
  const { caller, turn } = executeDeadlines(settings.executeMsMax);
  return {
    ...readSettings(tenantSettings, env),
    session: {
      frameBytesMax: FRAME_BYTES_MAX,
      textCharactersMax: TEXT_CHARACTERS_MAX,
      framesPerSecondMax: settings.framesPerSecondMax,
      turnsInFlightMax: settings.turnsInFlightMax,
      resumeWindowMs: settings.resumeWindowMs,
    },
    helloWithinMs: 10_000,
    heartbeatMs: settings.heartbeatMs,
    bufferedBytesMax: 1024 * 1024,
    predictWithinMs: 80,
    answerMarginMs: 8,
    restPredictWithinMs: 1_000,
    speculateWithinMs: 250,
    kiwiWithinMs: 10_000,
    executeWithinMs: caller,
    comeBackWithinMs: 10_000,
    storeTurnWithinMs: 2_000,
    turnWithinMs: turn,
    runAgainWithinMs: 15_000,
    cancelWithinMs: 5_000,
    turnBeatMs: 5_000,
    orphanedAfterMs: 20_000,
    textCoalesceMs: 15,
    deletionSettleMs: 3_000,
    sessionsMax: settings.sessionsMax,
    addressSocketsMax: settings.addressSocketsMax,
    bodyBytesMax: 64 * 1024,
    executeBodyBytesMax: 3 * 1024 * 1024,
    chatBodyBytesMax: 2 * 1024 * 1024,
    mcp: {
      ...DEFAULT_MCP_LIMITS,
      sessionsMax: settings.mcpSessionsMax,
      sessionsPerTenantMax: Math.min(
        DEFAULT_MCP_LIMITS.sessionsPerTenantMax,
        settings.mcpSessionsMax,
      ),
      sessionIdleMs: settings.mcpSessionIdleMs,
      callsInFlightMax: settings.mcpCallsAtOnce,
    },
  };
}

/** As they are without any setting. */
export const DEFAULT_LIMITS: GatewayLimits = limitsOf({});

function readAllOrigins(text: string): readonly string[] {
  const origins = readOrigins(text);
  if (origins === undefined) throw new Error("must be origins like https://app.example");
  return origins;
}
