import { asc, eq } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryKeys } from "../schema.ts";

export async function listKeys(queries: Queries, namespace: string): Promise<string[]> {
  const rows = await queries
    .select({ keyId: registryKeys.keyId })
    .from(registryKeys)
    .where(eq(registryKeys.namespace, namespace))
    .orderBy(asc(registryKeys.createdAt), asc(registryKeys.keyId));
  return rows.map(({ keyId }) => keyId);
}
