import { isTenant, LiluxError, type Tenant } from "@lilux/protocol";
import { sql } from "drizzle-orm";
import type { Queries, TenantQueries } from "./database.ts";

/**
 * From here to its end the transaction is one tenant's: by a role that Postgres shows that tenant's rows
 * alone, and, where nobody may make roles, by the same rule upon the tables' owner.
 */
export async function asTenant(queries: Queries, tenant: Tenant): Promise<TenantQueries> {
  if (!isTenant(tenant)) {
    throw new LiluxError("internal", { cause: new Error("a transaction for no tenant") });
  }
  await queries.execute(sql`select set_config('lilux.tenant', ${tenant}, true)`);
  await queries.execute(
    sql`select set_config('role', 'lilux_tenant', true) where exists (select from pg_roles where rolname = 'lilux_tenant' and pg_has_role(current_user, oid, 'member'))`,
  );
  return queries as TenantQueries;
}
