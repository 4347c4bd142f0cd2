import type { Tenant } from "@lilux/protocol";
import { eq, inArray, or } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryItems, registryKeys, registryVersions } from "../schema.ts";
import {
  registryDelegates,
  registryDownloads,
  registryLibraries,
  registryNamespaces,
  registryNotices,
  registryPublishers,
  registryRecords,
  registryReports,
  registrySubscriptions,
  registryTakeDowns,
} from "./registry-schema.ts";

/**
 * Everything that a tenant published under its namespaces, the keys that it signed with, and what is kept
 * of its use of others'. What others pulled is theirs: it is verified by what lies beside it. The names
 * never come to anybody else, as tenants' names do not: they stay, reserved.
 */
export async function deleteNamespace(
  queries: Queries,
  tenant: Tenant,
): Promise<Record<string, number>> {
  const owned = await queries
    .update(registryNamespaces)
    .set({ owner: null })
    .where(eq(registryNamespaces.owner, tenant))
    .returning({ namespace: registryNamespaces.namespace });
  const names = [...new Set([tenant, ...owned.map(({ namespace }) => namespace)])];
  const versions = await queries
    .delete(registryVersions)
    .where(inArray(registryVersions.namespace, names))
    .returning({ version: registryVersions.version });
  const items = await queries
    .delete(registryItems)
    .where(inArray(registryItems.namespace, names))
    .returning({ id: registryItems.qualifiedId });
  const keys = await queries
    .delete(registryKeys)
    .where(inArray(registryKeys.namespace, names))
    .returning({ keyId: registryKeys.keyId });
  const libraries = await queries
    .delete(registryLibraries)
    .where(inArray(registryLibraries.namespace, names))
    .returning({ name: registryLibraries.name });
  await deleteAround(queries, { tenant, names });
  return {
    "versions in the registry": versions.length,
    "items in the registry": items.length,
    "keys of publishers": keys.length,
    "versions of shared libraries": libraries.length,
  };
}

/** What is said of its items, and what it does with others'. */
async function deleteAround(
  queries: Queries,
  { tenant, names }: { tenant: Tenant; names: string[] },
): Promise<void> {
  await queries.delete(registryDelegates).where(inArray(registryDelegates.namespace, names));
  await queries.delete(registryTakeDowns).where(inArray(registryTakeDowns.namespace, names));
  for (const table of [registryReports, registryDownloads]) {
    const isIts = or(eq(table.tenant, tenant), inArray(table.namespace, names));
    await queries.delete(table).where(isIts);
  }
  for (const table of [
    registryNotices,
    registryPublishers,
    registryRecords,
    registrySubscriptions,
  ]) {
    await queries.delete(table).where(eq(table.tenant, tenant));
  }
}
