import type { Tenant } from "@lilux/protocol";
import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import { registryItems } from "../schema.ts";
import { registryNamespaces } from "./registry-schema.ts";
import { IS_UP } from "./take-downs.ts";

/** Of a namespace that the tenant has. */
function isOwn(tenant: Tenant): SQL {
  return sql`exists (select 1 from ${registryNamespaces}
    where ${registryNamespaces.namespace} = ${registryItems.namespace}
      and ${registryNamespaces.owner} = ${tenant})`;
}

/** What a tenant may come across: all of its own, and what others made public. */
export function isFindableBy(tenant: Tenant): SQL | undefined {
  return and(IS_UP, or(isOwn(tenant), eq(registryItems.visibility, "public")));
}

/** What a tenant may open by name: unlisted items of others as well. What was taken down is told of. */
export function isOpenTo(tenant: Tenant): SQL | undefined {
  return or(isOwn(tenant), inArray(registryItems.visibility, ["public", "unlisted"]));
}
