import { dirname, join } from "node:path";
import type { TenantHolder } from "@lilux/bus";
import {
  createLibraryRows,
  createRegistryStore,
  createRegistryTenancyStore,
  createSecretStore,
  type Database,
} from "@lilux/database";
import { type DeletedPart, LOCAL_TENANT, type Tenant } from "@lilux/protocol";
import type { KiwiConfig } from "../config.ts";
import type { Libraries } from "../library/libraries.ts";
import { shelfFolder } from "../library/tenant-folders.ts";
import type { RegistryTrust } from "../registry/open-trust.ts";
import { deleteFolder, isLinked } from "./delete-folder.ts";
import { measureFolder } from "./measure-folder.ts";

export interface KiwiHolderDeps {
  config: Pick<KiwiConfig, "tenantRoot"> & { stateDirectory?: string | undefined };
  libraries: Pick<Libraries, "letGo">;
  trust: RegistryTrust | undefined;
  database: Database | undefined;
}

/** Longer than deleting what one namespace may publish takes. */
const DELETE_WITHIN_MS = 30_000;

/** What the tool core keeps of tenants: their folders, what they published, and the keys around that. */
export function createKiwiHolder(deps: KiwiHolderDeps): TenantHolder {
  const { config, libraries, trust, database } = deps;
  const { tenantRoot, stateDirectory } = config;
  return {
    async kept(tenant) {
      const kept: DeletedPart["kept"] = [
        {
          what: "copies that others pulled of what it published",
          why: "They are theirs, and verified by what lies beside them.",
        },
      ];
      if (tenantRoot === undefined) {
        kept.push({
          what: "the project's folder",
          why: "All tenants of this server share it: LILUX_TENANT_ROOT is not set.",
        });
      } else if (await isLinked(tenantRoot, tenant)) {
        kept.push({
          what: "the folder that its folder is a link to",
          why: "Nothing outside LILUX_TENANT_ROOT is deleted. The link is.",
        });
      }
      return kept;
    },
    async delete(tenant) {
      // A laptop's own is no record, and nobody deletes it.
      if (tenant === LOCAL_TENANT) return {};
      libraries.letGo(tenant);
      const files = tenantRoot === undefined ? 0 : await deleteFolder(tenantRoot, tenant);
      const keys = await removeKeys(deps, tenant);
      const shelved = await deleteShelf(stateDirectory, tenant);
      // What is kept of a library that lives elsewhere, its key among it. The repository itself is the company's.
      const clones =
        tenantRoot === undefined ? 0 : await deleteFolder(join(tenantRoot, ".homes"), tenant);
      const published =
        database === undefined
          ? {}
          : await createRegistryStore(database).deleteNamespace(tenant, {
              deadlineMs: DELETE_WITHIN_MS,
            });
      return {
        "files of its folder": files,
        "files of clones of its library": clones,
        "rows of its library": await forgetLibrary(database, tenant),
        ...published,
        secrets: await forgetSecrets(database, tenant),
        "private signing keys": keys,
        "files of subscriptions": shelved,
        "pinned publishers": (await trust?.pins.removeAll(tenant)) ?? 0,
      };
    },
    // Copies that the server keeps of a library that lives elsewhere are its own affair.
    async measure(tenant) {
      if (tenant === LOCAL_TENANT) return {};
      const own = tenantRoot === undefined ? 0 : await measureFolder(join(tenantRoot, tenant));
      const shelf =
        stateDirectory === undefined ? 0 : await measureFolder(shelfFolder(stateDirectory, tenant));
      const registry =
        database === undefined
          ? 0
          : await createRegistryStore(database).heldBytes(tenant, {
              deadlineMs: DELETE_WITHIN_MS,
            });
      return { items: own + shelf, registry };
    },
  };
}

/** Of each of its namespaces; looked up before the rows that say which they are go. */
async function removeKeys({ trust, database }: KiwiHolderDeps, tenant: Tenant): Promise<number> {
  if (trust === undefined) return 0;
  const owned =
    database === undefined
      ? []
      : await createRegistryTenancyStore(database).namespaces(tenant, {
          deadlineMs: DELETE_WITHIN_MS,
        });
  let removed = 0;
  for (const name of new Set([tenant, ...owned.map(({ namespace }) => namespace)])) {
    removed += await trust.keys.remove(name);
  }
  return removed;
}

async function deleteShelf(stateDirectory: string | undefined, tenant: Tenant): Promise<number> {
  if (stateDirectory === undefined) return 0;
  return deleteFolder(dirname(shelfFolder(stateDirectory, tenant)), tenant);
}

async function forgetLibrary(database: Database | undefined, tenant: Tenant): Promise<number> {
  if (database === undefined) return 0;
  return createLibraryRows(database, { deadlineMs: DELETE_WITHIN_MS }).forget(tenant);
}

/** Their data key goes with them, so that copies of what was sealed open no more. */
async function forgetSecrets(database: Database | undefined, tenant: Tenant): Promise<number> {
  if (database === undefined || database.isUntouched()) return 0;
  return createSecretStore(database, { deadlineMs: DELETE_WITHIN_MS }).forget(tenant);
}
