import type { Tenant } from "@lilux/protocol";
import { eq, inArray, or, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryVersions } from "../schema.ts";
import { registryNamespaces } from "./registry-schema.ts";

/** Of the texts themselves and what is said of their changes. */
export async function registryBytes(queries: Queries, tenant: Tenant): Promise<number> {
  const owned = queries
    .select({ namespace: registryNamespaces.namespace })
    .from(registryNamespaces)
    .where(eq(registryNamespaces.owner, tenant));
  const [row] = await queries
    .select({
      bytes: sql<string>`coalesce(sum(octet_length(${registryVersions.content}) + octet_length(${registryVersions.changelog})), 0)`,
    })
    .from(registryVersions)
    .where(or(eq(registryVersions.namespace, tenant), inArray(registryVersions.namespace, owned)));
  return Number(row?.bytes ?? 0);
}
