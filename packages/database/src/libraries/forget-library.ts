import type { Tenant } from "@lilux/protocol";
import { eq } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { libraryFiles, libraryHeads, libraryLeases, libraryPlaces } from "./libraries-schema.ts";

/** Files, deleted ones too, and where the library lived. */
export async function forgetLibrary(queries: Queries, tenant: Tenant): Promise<number> {
  const files = await queries
    .delete(libraryFiles)
    .where(eq(libraryFiles.tenant, tenant))
    .returning({ path: libraryFiles.path });
  await queries.delete(libraryHeads).where(eq(libraryHeads.tenant, tenant));
  await queries.delete(libraryLeases).where(eq(libraryLeases.tenant, tenant));
  await queries.delete(libraryPlaces).where(eq(libraryPlaces.tenant, tenant));
  return files.length;
}
