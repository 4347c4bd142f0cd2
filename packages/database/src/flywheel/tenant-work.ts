import type { Tenant } from "@lilux/protocol";
import type { Database, DatabaseCallOptions, TenantQueries } from "../database.ts";

/** One tenant's work on a database, in transactions that see nobody else's rows. */
export function tenantWork(database: Database, options: DatabaseCallOptions) {
  const write = <T>(tenant: Tenant, work: (queries: TenantQueries) => Promise<T>): Promise<T> =>
    database.forTenant(tenant, work, options);
  return {
    write,
    /** Reads a database that exists; one that was never made is not made for the asking. */
    look: async <T>(
      tenant: Tenant,
      nothing: T,
      work: (queries: TenantQueries) => Promise<T>,
    ): Promise<T> => (database.isUntouched() ? nothing : write(tenant, work)),
  };
}
