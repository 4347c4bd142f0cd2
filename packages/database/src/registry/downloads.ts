import type { Tenant } from "@lilux/protocol";
import { type SQL, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryDownloads } from "./registry-schema.ts";
import type { DownloadCounts, ItemKey } from "./registry-shapes.ts";

export interface Download extends ItemKey {
  version: string;
  tenant: Tenant;
  at: Date;
}

/** Counts a tenant once for a version, however often it pulls it. */
export async function addDownload(queries: Queries, download: Download): Promise<void> {
  await queries.insert(registryDownloads).values(download).onConflictDoNothing();
}

/** Of the items of a query: tenants that took any version. Written out, as `DOWN_REASON` is. */
export const DOWNLOADS: SQL<number> = sql<number>`(
  select count(distinct taken.tenant) from registry_downloads taken
  where taken.namespace = registry_items.namespace
    and taken.item_type = registry_items.item_type
    and taken.qualified_id = registry_items.qualified_id)`;

/** Of the versions of a query: tenants that took that one, and any of the item. */
export const VERSION_DOWNLOADS: SQL<DownloadCounts> = sql<DownloadCounts>`(
  select jsonb_build_object(
    'version', count(*) filter (where taken.version = registry_versions.version),
    'item', count(distinct taken.tenant))
  from registry_downloads taken
  where taken.namespace = registry_versions.namespace
    and taken.item_type = registry_versions.item_type
    and taken.qualified_id = registry_versions.qualified_id)`;
