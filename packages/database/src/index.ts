export type { Database, DatabaseCallOptions, Queries } from "./database.ts";
export { openDatabase } from "./open-database.ts";
export { openPglite, type PgliteOptions } from "./pglite/open-pglite.ts";
export { connectPostgres, type PostgresOptions } from "./postgres/connect-postgres.ts";
export {
  createRegistryStore,
  type ItemKey,
  type NewVersion,
  type OpenOutcome,
  type PublishOutcome,
  type RegistryHit,
  type RegistryQuery,
  type RegistryStore,
  type StoredVersion,
  type Visibility,
  type WantedVersion,
} from "./registry/registry-store.ts";
