import { AsyncLocalStorage } from "node:async_hooks";
import type { Tenant } from "@lilux/protocol";

/** Who a transaction is for, where more wait than there are connections. */
export interface DatabaseShare {
  tenant: Tenant;
  /** 2 is served twice as much as 1, which it is when nothing is said. */
  weight?: number | undefined;
}

const shares = new AsyncLocalStorage<DatabaseShare>();

/**
 * Whatever `work` asks of a database, however far below, is this tenant's. Said once at a door, since
 * a query that forgot to say it would be everybody's. What nobody says it of is the server's own.
 */
export function withDatabaseShare<T>(share: DatabaseShare, work: () => T): T {
  return shares.run(share, work);
}

export function databaseShare(): DatabaseShare | undefined {
  return shares.getStore();
}
