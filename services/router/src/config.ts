import { LOCAL_TENANT } from "@lilux/protocol";
import {
  kiwiAddressSettings,
  learningSettings,
  processSettings,
  readSettings,
  readTenants,
  redisSettings,
  type SettingsOf,
  setting,
} from "@lilux/runtime";
import { Type } from "typebox";

export const routerSettings = {
  ...processSettings(9092),
  ...redisSettings,
  ...kiwiAddressSettings,
  ...learningSettings,
  modelDirectory: setting("LILUX_MODEL_DIR", "The folder of the router's model.", Type.String(), {
    default: "models/router-encoder",
  }),
  cacheDirectory: setting(
    "LILUX_EMBEDDINGS_DIR",
    "Where embeddings of items are kept between starts; in memory only when it is not set.",
    Type.String(),
  ),
  warmTenants: setting(
    "LILUX_WARM_TENANTS",
    "Tenants whose library is loaded at start, with spaces between them; `none` for none.",
    Type.String(),
    { default: LOCAL_TENANT, read: readTenants },
  ),
  workers: setting(
    "LILUX_ROUTER_WORKERS",
    "Threads that run the model.",
    Type.Integer({ minimum: 1, maximum: 64 }),
    { default: 2 },
  ),
  linesWaitingMax: setting(
    "LILUX_ROUTER_QUEUE_MAX",
    "How many lines may wait for a worker.",
    Type.Integer({ minimum: 1, maximum: 100_000 }),
    { default: 256 },
  ),
  tenantLinesWaitingMax: setting(
    "LILUX_ROUTER_TENANT_QUEUE_MAX",
    "How many lines of one tenant may wait for a worker.",
    Type.Integer({ minimum: 1, maximum: 100_000 }),
    { default: 64 },
  ),
  queueWaitMs: setting(
    "LILUX_ROUTER_QUEUE_WAIT_MS",
    "A line that waited so long for a worker is stale and not begun any more, in ms.",
    Type.Integer({ minimum: 1, maximum: 10_000 }),
    { default: 60 },
  ),
  deadlineMs: setting(
    "LILUX_ROUTER_DEADLINE_MS",
    "For a whole prediction, unless its caller sets less, in ms.",
    Type.Integer({ minimum: 1, maximum: 10_000 }),
    { default: 250 },
  ),
  libraryWaitMs: setting(
    "LILUX_ROUTER_LIBRARY_WAIT_MS",
    "How long a tenant's first prediction waits for its library, in ms.",
    Type.Integer({ minimum: 0, maximum: 10_000 }),
    { default: 40 },
  ),
  contextWaitMs: setting(
    "LILUX_ROUTER_CONTEXT_WAIT_MS",
    "How long a prediction waits for the warm context, in ms.",
    Type.Integer({ minimum: 0, maximum: 1_000 }),
    { default: 5 },
  ),
  itemsMax: setting(
    "LILUX_ROUTER_ITEMS_MAX",
    "Items of one tenant's library.",
    Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    { default: 50_000 },
  ),
  tenantsMax: setting(
    "LILUX_ROUTER_TENANTS_MAX",
    "Tenants whose library is held; the one asked for longest ago gives way.",
    Type.Integer({ minimum: 1, maximum: 10_000 }),
    { default: 256 },
  ),
  memoMax: setting(
    "LILUX_ROUTER_MEMO_MAX",
    "Read lines that are remembered.",
    Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    { default: 5_000 },
  ),
};

export type RouterConfig = SettingsOf<typeof routerSettings>;

/** Reads the router's settings; throws `config_invalid` naming every variable that is wrong. */
export function routerConfig(env: Readonly<Record<string, string | undefined>>): RouterConfig {
  return readSettings(routerSettings, env);
}
