import type { ItemType, Tenant } from "@lilux/protocol";
import { and, eq, ne, or } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryItems } from "../schema.ts";
import { isFindableBy } from "./visibility-conditions.ts";

const NAMESAKES_MAX = 3;

export async function findNamesakes(
  queries: Queries,
  { tenant, itemType, id }: { tenant: Tenant; itemType: ItemType; id: string },
): Promise<string[]> {
  const rows = await queries
    .select({ namespace: registryItems.namespace, qualifiedId: registryItems.qualifiedId })
    .from(registryItems)
    .where(
      and(
        isFindableBy(tenant),
        ne(registryItems.namespace, tenant),
        ne(registryItems.latestVersion, ""),
        eq(registryItems.itemType, itemType),
        or(eq(registryItems.qualifiedId, id), eq(registryItems.itemId, id)),
      ),
    )
    .orderBy(registryItems.namespace, registryItems.qualifiedId)
    .limit(NAMESAKES_MAX);
  return rows.map(({ namespace, qualifiedId }) => `@${namespace}/${qualifiedId}`);
}
