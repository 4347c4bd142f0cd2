import { homedir } from "node:os";
import { LiluxError } from "@lilux/protocol";
import { readSettings } from "@lilux/runtime";
import { type Static, Type } from "typebox";
import { readScriptSettings, type ScriptSettings } from "./run/script-settings.ts";

const Settings = Type.Object({
  LILUX_PROJECT: Type.Optional(Type.String()),
  LILUX_USER_HOME: Type.Optional(Type.String()),
  LILUX_TENANT_ROOT: Type.Optional(Type.String()),
  LILUX_STATE_DIR: Type.Optional(Type.String()),
  LILUX_DATABASE_URL: Type.Optional(Type.String()),
  LILUX_KIWI_LISTEN: Type.Optional(Type.String()),
  LILUX_NATS_URL: Type.String({ default: "nats://127.0.0.1:4222" }),
  LILUX_ADMIN_HOST: Type.String({ default: "127.0.0.1" }),
  LILUX_ADMIN_PORT: Type.Integer({ default: 9095, minimum: 0, maximum: 65_535 }),
  LILUX_LOG_LEVEL: Type.Enum(["debug", "info", "warn", "error", "silent"], { default: "info" }),
  PATH: Type.Optional(Type.String()),
  LILUX_UNSANDBOXED_SCRIPTS: Type.Optional(Type.Literal("single-user")),
  LILUX_SANDBOX: Type.Enum(["bubblewrap", "gvisor"], { default: "bubblewrap" }),
  LILUX_SCRIPT_MEMORY_MB: Type.Integer({ default: 512, minimum: 64, maximum: 65_536 }),
  LILUX_SCRIPT_NETWORK: Type.String({ default: "" }),
  LILUX_SCRIPT_ENVIRONMENT: Type.String({ default: "" }),
  LILUX_SCRIPT_PACKAGES: Type.String({ default: "" }),
  LILUX_CACHE_DIR: Type.Optional(Type.String()),
});

export interface KiwiConfig {
  /** The folder that holds the project's `.ai`. */
  project: string;
  /** The folder that holds the user's `.ai`. Only the tenant `local` sees it. */
  userHome: string;
  /** A folder with one project folder per tenant; undefined: every tenant sees `project`. */
  tenantRoot: string | undefined;
  /** Where signing keys and pinned keys are kept; undefined: there is no registry here. */
  stateDirectory: string | undefined;
  /** Where gRPC listens; undefined: only direct calls. */
  listen: { host: string; port: number } | undefined;
  /** The operator's word that scripts may run plainly where no sandbox is, for `local` only. */
  unsandboxedScripts: boolean;
  /** Where bwrap and python3 are looked for after the system's own folders. */
  programPath: string;
  /** Whether a sandbox is looked for at all. */
  findsSandbox: boolean;
  /** Which sandbox. */
  sandbox: Static<typeof Settings>["LILUX_SANDBOX"];
  /** What of network, variables and packages scripts may be given. */
  scriptSettings: ScriptSettings;
  /** Scripts that run at once. */
  scriptsMax: number;
  /** How long changes to files are gathered before they are read, in ms. */
  watchDebounceMs: number;
  /** How often everything is looked at again, in ms: finds what watching missed. */
  rescanMs: number;
  /** Only a process of its own uses these. The url may hold a password. */
  databaseUrl: string | undefined;
  natsUrl: string;
  adminHost: string;
  adminPort: number;
  logLevel: Static<typeof Settings>["LILUX_LOG_LEVEL"];
}

/** Throws `config_invalid` naming every variable that cannot be used. */
export function kiwiConfig(env: Readonly<Record<string, string | undefined>>): KiwiConfig {
  const settings = readSettings(Settings, env);
  return Object.freeze({
    project: settings.LILUX_PROJECT ?? ".",
    userHome: settings.LILUX_USER_HOME ?? homedir(),
    tenantRoot: settings.LILUX_TENANT_ROOT,
    stateDirectory: settings.LILUX_STATE_DIR,
    databaseUrl: settings.LILUX_DATABASE_URL,
    listen: readListen(settings.LILUX_KIWI_LISTEN),
    unsandboxedScripts: settings.LILUX_UNSANDBOXED_SCRIPTS === "single-user",
    programPath: settings.PATH ?? "",
    findsSandbox: true,
    sandbox: settings.LILUX_SANDBOX,
    scriptSettings: readScriptSettings(settings, env),
    scriptsMax: 8,
    watchDebounceMs: 60,
    rescanMs: 60_000,
    natsUrl: settings.LILUX_NATS_URL,
    adminHost: settings.LILUX_ADMIN_HOST,
    adminPort: settings.LILUX_ADMIN_PORT,
    logLevel: settings.LILUX_LOG_LEVEL,
  });
}

function readListen(value: string | undefined): KiwiConfig["listen"] {
  if (value === undefined) return undefined;
  const split = value.lastIndexOf(":");
  const host = value.slice(0, split).replace(/^\[|\]$/g, "");
  const port = Number(value.slice(split + 1));
  if (split > 0 && Number.isInteger(port) && port >= 0 && port <= 65_535) return { host, port };
  throw new LiluxError("config_invalid", {
    message:
      "These settings cannot be used:\n  LILUX_KIWI_LISTEN must be host:port, as 127.0.0.1:7710",
  });
}
