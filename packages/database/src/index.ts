export type { Database, DatabaseCallOptions, Queries, TenantQueries } from "./database.ts";
export { type DatabaseShare, databaseShare, withDatabaseShare } from "./database-share.ts";
export { type Dumped, type DumpedSchema, dumpTables } from "./dump-tables.ts";
export type { LeftElsewhere } from "./flywheel/delete-tenant.ts";
export {
  createFlywheelHolder,
  createStoredFlywheelHolder,
  type FlywheelHolder,
} from "./flywheel/flywheel-holder.ts";
export type {
  Consent,
  NewDataset,
  NewTurn,
  Rating,
  Review,
  StoredTurn,
  UnreadableTurn,
} from "./flywheel/flywheel-shapes.ts";
export { createFlywheelStore, type FlywheelStore } from "./flywheel/flywheel-store.ts";
export type {
  DecideStages,
  DecideThreshold,
  StageChange,
  StoredModel,
  StoredThreshold,
  TenantDeployment,
} from "./flywheel/model-shapes.ts";
export { createModelStore, type ModelStore } from "./flywheel/model-store.ts";
export type { KiwiMember } from "./libraries/kiwi-members.ts";
export type {
  LibraryHead,
  LibraryWrite,
  LibraryWritten,
  NewLibraryFile,
} from "./libraries/library-files.ts";
export type { LibrarySign, StoredPlace } from "./libraries/library-places.ts";
export { createLibraryRows, type LibraryRows } from "./libraries/library-rows.ts";
export { openDatabase } from "./open-database.ts";
export { openPglite, type PgliteOptions } from "./pglite/open-pglite.ts";
export { connectPostgres, type PostgresOptions } from "./postgres/connect-postgres.ts";
export type { StoredLibrary } from "./registry/libraries.ts";
export type { Publisher, PublishRight } from "./registry/namespace-rights.ts";
export type { RegistryActor } from "./registry/registry-act.ts";
export type {
  ItemKey,
  NewVersion,
  OpenOutcome,
  PublishOutcome,
  RegistryHit,
  RegistryQuery,
  StoredVersion,
  VersionFacts,
  Visibility,
  WantedVersion,
} from "./registry/registry-shapes.ts";
export { createRegistryStore, type RegistryStore } from "./registry/registry-store.ts";
export {
  createSharedLibraryStore,
  type PinnedText,
  type SharedLibraryStore,
} from "./registry/shared-library-store.ts";
export type { StoredSubscription } from "./registry/subscriptions.ts";
export { createRegistryTenancyStore, type RegistryTenancyStore } from "./registry/tenancy-store.ts";
export { restoreTables } from "./restore-tables.ts";
export { findTenant, restoreTenant } from "./restore-tenant.ts";
export { createSecretStore, type SecretStore, type WrappedKey } from "./secrets/secret-store.ts";
export { FIRST_PREVIOUS, hashOf, type NewRecord } from "./tenants/admin-records.ts";
export type { DeletionStep } from "./tenants/tenant-deletion.ts";
export type { Act, CountedTurn, KeyForEntry, TenantChange } from "./tenants/tenant-shapes.ts";
export { createTenantStore, type TenantStore } from "./tenants/tenant-store.ts";
export { type DatabaseWatch, watchDatabase } from "./watch-database.ts";
