import { EXECUTE_MS_MAX, LOCAL_TENANT } from "@lilux/protocol";
import { Type } from "typebox";
import {
  kiwiSecretSettings,
  natsCredentials,
  redisCredentials,
  tlsSettings,
} from "./credentials.ts";
import { readAddress } from "./read-address.ts";
import { readLearnFrom } from "./read-tenants.ts";
import { setting } from "./settings.ts";

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });

export const logSettings = {
  logLevel: setting(
    "LILUX_LOG_LEVEL",
    "How much is logged.",
    Type.Enum(["debug", "info", "warn", "error", "silent"]),
    { default: "info" },
  ),
} as const;

export const tracingSettings = {
  otlpUrl: setting(
    "LILUX_OTLP_URL",
    "The base of a receiver of OTLP over HTTP, such as http://collector:4318, that is told how long each part of a turn and of some keystrokes took. Without it nothing is recorded, and OpenTelemetry is not loaded.",
    Type.String({ pattern: "^https?://" }),
  ),
};

/** What every service in a process of its own reads. Each has its own port for health and metrics. */
export function processSettings(adminPort: number) {
  return {
    ...logSettings,
    ...tracingSettings,
    natsUrl: setting(
      "LILUX_NATS_URL",
      "Where the message bus is; several addresses with commas.",
      Type.String(),
      { default: "nats://127.0.0.1:4222" },
    ),
    ...natsCredentials,
    ...tlsSettings,
    adminHost: setting("LILUX_ADMIN_HOST", "Where health and metrics are served.", Type.String(), {
      default: "127.0.0.1",
    }),
    adminPort: setting(
      "LILUX_ADMIN_PORT",
      "The port of health and metrics; 0 takes a free one.",
      Port,
      {
        default: adminPort,
      },
    ),
  };
}

export const redisSettings = {
  redisUrl: setting("LILUX_REDIS_URL", "Where warm contexts are kept.", Type.String(), {
    default: "redis://127.0.0.1:6379",
  }),
  ...redisCredentials,
};

export const kiwiAddressSettings = {
  kiwiAddress: setting("LILUX_KIWI_ADDRESS", "Where the tool core answers gRPC.", Type.String(), {
    default: "127.0.0.1:7001",
  }),
  ...kiwiSecretSettings,
};

/** The router learns lines, the context warmer what follows what: of whom is agreed once. */
export const learningSettings = {
  learnFrom: setting(
    "LILUX_LEARN",
    "Whose sent lines are learnt from: `local` for a server without keys, `all`, `none`, or names of tenants that agreed, with spaces between them. What is kept is an embedding and a call, and which item followed which, for 30 days.",
    Type.String(),
    { default: LOCAL_TENANT, read: readLearnFrom },
  ),
};

/** The flywheel keeps there; where it does not run, the gateway deletes there what it kept of a tenant. */
export const flywheelDatabaseSettings = {
  flywheelDatabaseUrl: setting(
    "LILUX_FLYWHEEL_DATABASE_URL",
    "What is kept for training: postgres://…, or a folder for an embedded database. It may hold a password.",
    Type.String(),
    { defaultText: "none; embedded for `npm start`" },
  ),
};

/** Where a service listens for gRPC; `host:port`. */
export function listenSetting(variable: string, of: string, example: string) {
  return setting(variable, `Where ${of} listens for gRPC, as ${example}.`, Type.String(), {
    read: (address) => readAddress(address, example),
    defaultText: `${example} in a process of its own, else none`,
  });
}

/** The tool core uses it; the gateway, which knows the tenants, wants it to be set. */
export const tenantRootSettings = {
  tenantRoot: setting(
    "LILUX_TENANT_ROOT",
    "A folder with one project folder per tenant. Without it all tenants would share one library and its outputs, so keys of two tenants need it; the gateway only looks whether it is set.",
    Type.String(),
  ),
};

/** Read by all that wait for scripts, so that none gives up before the script's own limit. */
export const executeSettings = {
  executeMsMax: setting(
    "LILUX_EXECUTE_MS_MAX",
    "The longest a script may run, in ms: the most that `_timeout` may ask for. Whoever waits for it waits a little longer.",
    Type.Integer({ minimum: 1_000, maximum: 3_600_000 }),
    { default: EXECUTE_MS_MAX },
  ),
};
