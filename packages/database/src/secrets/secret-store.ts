import type { SecretRecord, Tenant } from "@lilux/protocol";
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Database, DatabaseCallOptions, Queries } from "../database.ts";
import { tenantDataKeys, tenantSecrets } from "./secrets-schema.ts";

/** A tenant's data key as the master key of that name wrapped it. */
export interface WrappedKey {
  masterKey: string;
  wrapped: string;
}

export interface SealedSecret {
  tenant: Tenant;
  name: string;
  sealed: string;
  by: string;
  /** Unix milliseconds. */
  at: number;
}

/**
 * Secrets as they are kept: sealed with their tenant's data key, which is wrapped. This store can
 * open none of them. Each method is one transaction and rejects as `Database.transaction` does.
 */
export interface SecretStore {
  dataKey(tenant: Tenant): Promise<WrappedKey | undefined>;
  /** Keeps it where the tenant has none; answers the one that is kept. */
  addDataKey(given: WrappedKey & { tenant: Tenant; at: number }): Promise<WrappedKey>;
  /** In the order of tenants' names. */
  dataKeys(page: { after: string; limit: number }): Promise<(WrappedKey & { tenant: Tenant })[]>;
  /** Only where it is still wrapped as `before` says; false otherwise. */
  rewrap(given: { tenant: Tenant; before: WrappedKey; after: WrappedKey }): Promise<boolean>;
  list(tenant: Tenant): Promise<SecretRecord[]>;
  sealed(wanted: {
    tenant: Tenant;
    names: readonly string[];
  }): Promise<{ name: string; sealed: string }[]>;
  /** False when there is none of that name and there has to be one, or no more may be added. */
  put(secret: SealedSecret, rules: { mustExist: boolean; secretsMax: number }): Promise<boolean>;
  remove(wanted: { tenant: Tenant; name: string }): Promise<boolean>;
  /** All of a tenant's, with the data key: copies of what was sealed open no more. How many there were. */
  forget(tenant: Tenant): Promise<number>;
}

export function createSecretStore(
  database: Database,
  options: DatabaseCallOptions = {},
): SecretStore {
  const run = <T>(work: (queries: Queries) => Promise<T>) => database.transaction(work, options);
  return {
    dataKey: (tenant) => run((queries) => readDataKey(queries, tenant)),
    addDataKey: (given) =>
      run(async (queries) => {
        const { at, ...key } = given;
        const row = { ...key, createdAt: new Date(at) };
        await queries.insert(tenantDataKeys).values(row).onConflictDoNothing();
        const kept = await readDataKey(queries, given.tenant);
        if (kept === undefined) throw new Error("a data key that was not kept");
        return kept;
      }),
    dataKeys: ({ after, limit }) =>
      run(async (queries) => {
        const rows = await queries
          .select()
          .from(tenantDataKeys)
          .where(sql`${tenantDataKeys.tenant} > ${after}`)
          .orderBy(asc(tenantDataKeys.tenant))
          .limit(limit);
        return rows.map(({ tenant, masterKey, wrapped }) => ({ tenant, masterKey, wrapped }));
      }),
    rewrap: ({ tenant, before, after }) =>
      run(async (queries) => {
        const { masterKey, wrapped } = after;
        const changed = await queries
          .update(tenantDataKeys)
          .set({ masterKey, wrapped })
          .where(and(eq(tenantDataKeys.tenant, tenant), eq(tenantDataKeys.wrapped, before.wrapped)))
          .returning({ tenant: tenantDataKeys.tenant });
        return changed.length === 1;
      }),
    list: (tenant) => run((queries) => listSecrets(queries, tenant)),
    sealed: ({ tenant, names }) =>
      run((queries) =>
        queries
          .select({ name: tenantSecrets.name, sealed: tenantSecrets.sealed })
          .from(tenantSecrets)
          .where(and(eq(tenantSecrets.tenant, tenant), inArray(tenantSecrets.name, [...names]))),
      ),
    put: (secret, rules) => run((queries) => putSecret(queries, secret, rules)),
    remove: ({ tenant, name }) =>
      run(async (queries) => {
        const removed = await queries
          .delete(tenantSecrets)
          .where(and(eq(tenantSecrets.tenant, tenant), eq(tenantSecrets.name, name)))
          .returning({ name: tenantSecrets.name });
        return removed.length === 1;
      }),
    forget: (tenant) =>
      run(async (queries) => {
        const removed = await queries
          .delete(tenantSecrets)
          .where(eq(tenantSecrets.tenant, tenant))
          .returning({ name: tenantSecrets.name });
        await queries.delete(tenantDataKeys).where(eq(tenantDataKeys.tenant, tenant));
        return removed.length;
      }),
  };
}

async function readDataKey(queries: Queries, tenant: Tenant): Promise<WrappedKey | undefined> {
  const [row] = await queries
    .select({ masterKey: tenantDataKeys.masterKey, wrapped: tenantDataKeys.wrapped })
    .from(tenantDataKeys)
    .where(eq(tenantDataKeys.tenant, tenant));
  return row;
}

async function listSecrets(queries: Queries, tenant: Tenant): Promise<SecretRecord[]> {
  const rows = await queries
    .select()
    .from(tenantSecrets)
    .where(eq(tenantSecrets.tenant, tenant))
    .orderBy(asc(tenantSecrets.name));
  return rows.map(({ name, version, createdAt, changedAt, changedBy }) => ({
    name,
    version,
    createdAt: createdAt.getTime(),
    changedAt: changedAt.getTime(),
    changedBy,
  }));
}

async function putSecret(
  queries: Queries,
  { tenant, name, sealed, by, at }: SealedSecret,
  { mustExist, secretsMax }: { mustExist: boolean; secretsMax: number },
): Promise<boolean> {
  const changedAt = new Date(at);
  const replaced = await queries
    .update(tenantSecrets)
    .set({ sealed, changedAt, changedBy: by, version: sql`${tenantSecrets.version} + 1` })
    .where(and(eq(tenantSecrets.tenant, tenant), eq(tenantSecrets.name, name)))
    .returning({ name: tenantSecrets.name });
  if (replaced.length === 1) return true;
  if (mustExist) return false;
  // Two that add at once wait for each other here, so that the bound holds.
  await queries.execute(sql`select pg_advisory_xact_lock(hashtextextended(${tenant}, 7118))`);
  const present = await listSecrets(queries, tenant);
  if (present.length >= secretsMax) return false;
  const row = { tenant, name, sealed, version: 1, createdAt: changedAt, changedAt, changedBy: by };
  await queries
    .insert(tenantSecrets)
    .values(row)
    .onConflictDoUpdate({
      target: [tenantSecrets.tenant, tenantSecrets.name],
      set: { sealed, changedAt, changedBy: by, version: sql`${tenantSecrets.version} + 1` },
    });
  return true;
}
