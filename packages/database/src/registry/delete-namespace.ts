import { eq } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryItems, registryKeys, registryVersions } from "../schema.ts";

/**
 * Everything that a namespace published, and the keys that it signed with. What others pulled is theirs: it
 * is verified by what lies beside it. The name never comes to anybody else, as tenants' names do not.
 */
export async function deleteNamespace(
  queries: Queries,
  namespace: string,
): Promise<Record<string, number>> {
  const versions = await queries
    .delete(registryVersions)
    .where(eq(registryVersions.namespace, namespace))
    .returning({ version: registryVersions.version });
  const items = await queries
    .delete(registryItems)
    .where(eq(registryItems.namespace, namespace))
    .returning({ id: registryItems.qualifiedId });
  const keys = await queries
    .delete(registryKeys)
    .where(eq(registryKeys.namespace, namespace))
    .returning({ keyId: registryKeys.keyId });
  return {
    "versions in the registry": versions.length,
    "items in the registry": items.length,
    "keys of publishers": keys.length,
  };
}
