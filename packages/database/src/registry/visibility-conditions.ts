import { eq, inArray, or, type SQL } from "drizzle-orm";
import { registryItems } from "../schema.ts";

/** What a tenant may come across: all of its own, and what others made public. */
export function isFindableBy(tenant: string): SQL | undefined {
  return or(eq(registryItems.namespace, tenant), eq(registryItems.visibility, "public"));
}

/** What a tenant may open by name: unlisted items of others as well. */
export function isOpenTo(tenant: string): SQL | undefined {
  return or(
    eq(registryItems.namespace, tenant),
    inArray(registryItems.visibility, ["public", "unlisted"]),
  );
}
