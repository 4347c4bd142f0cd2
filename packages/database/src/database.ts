import type { Tenant } from "@lilux/protocol";
import type { PgRemoteDatabase } from "drizzle-orm/pg-proxy";

/** What statements are written against: the same for every implementation. */
export type Queries = PgRemoteDatabase;

declare const ofOneTenant: unique symbol;

/**
 * The same within `forTenant`: rows of other tenants are not there. What is written for these does not
 * compile anywhere else, so that a tenant's work cannot be done without saying whose it is.
 */
export type TenantQueries = Queries & { readonly [ofOneTenant]: true };

export interface DatabaseCallOptions {
  signal?: AbortSignal | undefined;
  /** For the whole transaction, waiting for a connection included; 5 s unless told. */
  deadlineMs?: number | undefined;
}

/**
 * A relational database that speaks Postgres's SQL.
 *
 * Everything happens in a transaction: when `work` resolves it is committed,
 * when it throws nothing of it stays and the error comes back as it is. An
 * abort or a passed deadline ends the waiting at once and breaks the connection,
 * so that no statement goes on; whether a commit already under way counted is
 * then unknown, and only then. Transactions run side by side where the
 * implementation can, else one after the other; a transaction within `work` of
 * another is a mistake. Rejects with `database_unavailable` when the database
 * cannot be reached, does not answer in time or is too busy, and recovers by
 * itself; `overloaded` when too many callers wait already.
 *
 * It is opened, and its migrations applied, by whoever comes first. Several
 * processes may do so at once.
 */
export interface Database {
  readonly kind: "postgres" | "pglite";
  /**
   * True only where nothing was ever written and nothing runs: an embedded database
   * that was not made yet. Making one works for seconds, so who only reads need not.
   */
  isUntouched(): boolean;
  /** Opens it now rather than at the first use. */
  ready(): Promise<void>;
  /** Sees every tenant: for what is nobody's, for administration and for backups. */
  transaction<T>(work: (queries: Queries) => Promise<T>, options?: DatabaseCallOptions): Promise<T>;
  /** As `transaction`, in which Postgres shows and takes rows of this tenant alone. */
  forTenant<T>(
    tenant: Tenant,
    work: (queries: TenantQueries) => Promise<T>,
    options?: DatabaseCallOptions,
  ): Promise<T>;
  close(): Promise<void>;
}
