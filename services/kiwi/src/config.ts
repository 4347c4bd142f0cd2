import { homedir } from "node:os";
import { LiluxError } from "@lilux/protocol";
import {
  claimVerifySettings,
  executeSettings,
  kiwiSecretOf,
  kiwiSecretSettings,
  type LoggerOptions,
  listenSetting,
  processSettings,
  readSettings,
  setting,
  tenantRootSettings,
} from "@lilux/runtime";
import { type Static, Type } from "typebox";
import { type GitAllowance, readGitAllow } from "./homes/git/git-allowance.ts";
import { readScriptSettings, type ScriptSettings, scriptSettings } from "./run/script-settings.ts";

const SandboxKind = Type.Enum(["bubblewrap", "gvisor"]);

export const kiwiSettings = {
  ...processSettings(9095),
  ...executeSettings,
  ...kiwiSecretSettings,
  ...claimVerifySettings,
  ...scriptSettings,
  ...tenantRootSettings,
  project: setting("LILUX_PROJECT", "The folder that holds the project's `.ai`.", Type.String(), {
    default: ".",
  }),
  userHome: setting(
    "LILUX_USER_HOME",
    "The folder that holds the user's `.ai`. Only the tenant `local` sees it.",
    Type.String(),
    { defaultText: "the home folder" },
  ),
  stateDirectory: setting(
    "LILUX_STATE_DIR",
    "Where signing keys and pinned keys are kept; without it there is no registry. For `npm start` everything it keeps.",
    Type.String(),
    { defaultText: "none; `.lilux/port-<port>` for `npm start`" },
  ),
  databaseUrl: setting(
    "LILUX_DATABASE_URL",
    "The registry's database: postgres://…, or a folder for an embedded one. It may hold a password.",
    Type.String(),
    { defaultText: "none; embedded for `npm start`" },
  ),
  secretsKeyFile: setting(
    "LILUX_SECRETS_KEY_FILE",
    "A file with the master key that tenants' secrets are kept under: 64 hexadecimal digits a line, the newest key first.",
    Type.String(),
    { defaultText: "made at the first use, as `secrets-key` in `LILUX_STATE_DIR`" },
  ),
  secretsKeyCommand: setting(
    "LILUX_SECRETS_KEY_COMMAND",
    "Instead of a file: a program, with arguments, that wraps and unwraps keys at a key service. See security.",
    Type.String(),
  ),
  librarySecrets: setting(
    "LILUX_LIBRARY_SECRETS",
    "A folder with a folder per tenant, and in it a file per secret that its library signs in to Git with.",
    Type.String(),
  ),
  gitAllow: setting(
    "LILUX_GIT_ALLOW",
    "What libraries in Git may reach beyond public servers over https and ssh, with spaces between: `private` (addresses of private networks), `http` (without TLS), `file` (repositories of this machine).",
    Type.String(),
    { default: "", read: readGitAllow },
  ),
  libraryPullSeconds: setting(
    "LILUX_LIBRARY_PULL_SECONDS",
    "How often a library's Git server is asked for what was pushed, where it does not tell by itself.",
    Type.Integer({ minimum: 5, maximum: 86_400 }),
    { default: 60 },
  ),
  advertise: setting(
    "LILUX_KIWI_ADVERTISE",
    "Where callers reach this very tool core, as host:port: with it several share the tenants among them. Needs LILUX_TENANT_ROOT on a disk that all of them see, and LILUX_DATABASE_URL of a Postgres.",
    Type.String({ pattern: "^[A-Za-z0-9.:[\\]_-]+:\\d{1,5}$" }),
    { defaultText: "none: one tool core serves all tenants" },
  ),
  listen: listenSetting("LILUX_KIWI_LISTEN", "the tool core", "127.0.0.1:7001"),
  itemsMax: setting(
    "LILUX_TENANT_ITEMS_MAX",
    "Items that a tenant's library may hold: a new one beyond them is refused with `storage_full`. Whatever lies in its folder is read all the same.",
    Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    { default: 50_000 },
  ),
  scriptsMax: setting(
    "LILUX_SCRIPTS_AT_ONCE",
    "Scripts that run at once, of all tenants together. Few processors bear few; more is for scripts that mostly wait.",
    Type.Integer({ minimum: 1, maximum: 256 }),
    { default: 8 },
  ),
  unsandboxedScripts: setting(
    "LILUX_UNSANDBOXED_SCRIPTS",
    "`single-user`: the operator's word that scripts may run plainly where no sandbox is, for `local` only.",
    Type.Literal("single-user"),
  ),
  sandbox: setting("LILUX_SANDBOX", "Which sandbox scripts run in.", SandboxKind, {
    default: "bubblewrap",
  }),
  programPath: setting(
    "PATH",
    "Where bwrap and python3 are looked for after the system's own folders.",
    Type.String(),
    { default: "" },
  ),
};

export interface KiwiConfig {
  /** The folder that holds the project's `.ai`. */
  project: string;
  /** The folder that holds the user's `.ai`. Only the tenant `local` sees it. */
  userHome: string;
  /** A folder with one project folder per tenant; undefined: every tenant sees `project`. */
  tenantRoot: string | undefined;
  /** Where signing keys and pinned keys are kept; undefined: there is no registry here. */
  stateDirectory: string | undefined;
  /** Of the master key of secrets; undefined: one in the state folder. */
  secretsKeyFile?: string | undefined;
  /** A program that wraps and unwraps instead. */
  secretsKeyCommand?: string | undefined;
  /** A folder with each tenant's secrets of Git servers; undefined: there are none. */
  librarySecrets?: string | undefined;
  /** What libraries in Git may reach beyond public servers. */
  gitAllow: GitAllowance;
  libraryPullSeconds: number;
  /** How often it is asked whether libraries live elsewhere or changed there, in ms. */
  libraryLookMs: number;
  /** Where callers reach this one among several; undefined: it serves all tenants by itself. */
  advertise?: string | undefined;
  /** How long a tenant's library stays with a tool core that is not heard of, in ms. */
  leaseMs: number;
  /** Where gRPC listens; undefined: only direct calls. */
  listen: { host: string; port: number } | undefined;
  /** What every gRPC call must bring; undefined: nothing. */
  secret?: string | undefined;
  /** Of the gateway's claims, in PEM; undefined: nobody's claim is looked at. */
  claimPublicKey?: string | undefined;
  claimPublicKeyText?: string | undefined;
  /** The operator's word that scripts may run plainly where no sandbox is, for `local` only. */
  unsandboxedScripts: boolean;
  /** Where bwrap and python3 are looked for after the system's own folders. */
  programPath: string;
  /** Whether a sandbox is looked for at all. */
  findsSandbox: boolean;
  /** Which sandbox. */
  sandbox: Static<typeof SandboxKind>;
  /** What of network, variables and packages scripts may be given. */
  scriptSettings: ScriptSettings;
  /** Items that a library may hold before it takes no new one. */
  itemsMax: number;
  /** Scripts that run at once. */
  scriptsMax: number;
  /** How long changes to files are gathered before they are read, in ms. */
  watchDebounceMs: number;
  /** How often everything is looked at again, in ms: finds what watching missed. */
  rescanMs: number;
  /** Only a process of its own uses these. The url may hold a password. */
  databaseUrl: string | undefined;
  natsUrl: string;
  natsUser?: string | undefined;
  natsPassword?: string | undefined;
  natsPasswordFile?: string | undefined;
  adminHost: string;
  adminPort: number;
  logLevel: LoggerOptions["level"];
}

/** Throws `config_invalid` naming every variable that cannot be used. */
export function kiwiConfig(env: Readonly<Record<string, string | undefined>>): KiwiConfig {
  const settings = readSettings(kiwiSettings, env);
  assertSharable(settings);
  return Object.freeze({
    ...settings,
    secret: kiwiSecretOf(settings),
    userHome: settings.userHome ?? homedir(),
    unsandboxedScripts: settings.unsandboxedScripts === "single-user",
    findsSandbox: true,
    scriptSettings: readScriptSettings(settings, env),
    watchDebounceMs: 60,
    rescanMs: 60_000,
    libraryLookMs: 2_000,
    leaseMs: 10_000,
  });
}

/** Several tool cores need one disk and one database to agree on. */
function assertSharable(settings: Pick<KiwiConfig, "advertise" | "tenantRoot" | "databaseUrl">) {
  const { advertise, tenantRoot, databaseUrl } = settings;
  const isPostgres = /^postgres(ql)?:\/\//.test(databaseUrl ?? "");
  if (advertise === undefined || (tenantRoot !== undefined && isPostgres)) return;
  throw new LiluxError("config_invalid", {
    message:
      "LILUX_KIWI_ADVERTISE is set: tool cores share tenants where LILUX_TENANT_ROOT is a folder that all of them see and LILUX_DATABASE_URL a Postgres (postgres://…). Set both, or leave LILUX_KIWI_ADVERTISE out.",
  });
}
