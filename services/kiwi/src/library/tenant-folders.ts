import { join, resolve } from "node:path";
import { assertTenant, LOCAL_TENANT, type Tenant } from "@lilux/protocol";
import type { KiwiConfig } from "../config.ts";

export interface TenantFolders {
  project: string;
  user: string | undefined;
  /** Where items of subscriptions lie; undefined where there is no state folder, or tenants share one library. */
  shelf: string | undefined;
}

/**
 * The folders a tenant's items come from. The server decides them; no request
 * carries a path. With a tenant root, tenants share nothing; the user's own
 * library is only ever the local tenant's.
 */
export function tenantFolders(
  config: Pick<KiwiConfig, "project" | "userHome" | "tenantRoot"> & {
    stateDirectory?: string | undefined;
  },
  tenant: Tenant,
): TenantFolders {
  assertTenant(tenant);
  const isLocal = tenant === LOCAL_TENANT;
  const project =
    isLocal || config.tenantRoot === undefined
      ? resolve(config.project)
      : join(resolve(config.tenantRoot), tenant);
  const user = isLocal ? resolve(config.userHome) : undefined;
  const isShared = !isLocal && config.tenantRoot === undefined;
  const shelf =
    isShared || config.stateDirectory === undefined
      ? undefined
      : shelfFolder(resolve(config.stateDirectory), tenant);
  return { project, user: user === project ? undefined : user, shelf };
}

export function shelfFolder(stateDirectory: string, tenant: Tenant): string {
  return join(stateDirectory, "registry", "shelves", assertTenant(tenant));
}
