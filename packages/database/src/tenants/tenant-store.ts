import type {
  AdminRecord,
  DeletionPart,
  DeletionReport,
  KeyRecord,
  PersonRecord,
  StorageRow,
  Tenant,
  TenantRecord,
  UsageRow,
} from "@lilux/protocol";
import type { Database, DatabaseCallOptions, Queries } from "../database.ts";
import { addRecord, listRecords, type NewRecord } from "./admin-records.ts";
import {
  addDeletionStep,
  beginDeletion,
  type DeletionStep,
  endDeletion,
  listDeletedSince,
  listDeleting,
  readDeletion,
} from "./tenant-deletion.ts";
import {
  addKey,
  endKeyAt,
  keyForEntry,
  listKeys,
  readKey,
  revokeKey,
  touchKeys,
} from "./tenant-keys.ts";
import { listPeople, putPerson, readPerson } from "./tenant-people.ts";
import {
  changeTenant,
  createTenant,
  listTenants,
  readRevision,
  readTenant,
  tenantsOfIssuer,
} from "./tenant-rows.ts";
import type {
  Act,
  CountedTurn,
  CountedUse,
  KeyForEntry,
  MeasuredStorage,
  MonthTotals,
  NewPerson,
  NewTenant,
  StoredNewKey,
  TenantChange,
} from "./tenant-shapes.ts";
import { countStorage, readStorage, storageMeasuredAt } from "./tenant-storage.ts";
import {
  countTurn,
  countUse,
  forgetCountedTurns,
  noteOnce,
  readUsage,
  totalsOfMonth,
} from "./tenant-usage.ts";

/**
 * Tenants, their keys and people, what was done to them and what they took. Each method is one
 * transaction; one that changes something puts on record who did it, in the same. Rejects as
 * `Database.transaction` does.
 */
export interface TenantStore {
  /** Rises with every change of what lets somebody in or bounds them. */
  revision(): Promise<number>;
  createTenant(given: NewTenant, act: Act): Promise<TenantRecord>;
  tenant(tenant: Tenant): Promise<TenantRecord | undefined>;
  tenants(page: { after: string; limit: number }): Promise<TenantRecord[]>;
  tenantsOfIssuer(issuer: string): Promise<TenantRecord[]>;
  /** Undefined when there is none of that name, or it is being deleted. */
  changeTenant(
    given: { tenant: Tenant; change: TenantChange },
    act: Act,
  ): Promise<TenantRecord | undefined>;
  beginDeletion(
    given: { tenant: Tenant; without: readonly DeletionPart[] },
    act: Act,
  ): Promise<boolean>;
  addDeletionStep(step: DeletionStep, act: Act): Promise<void>;
  endDeletion(tenant: Tenant, act: Act): Promise<void>;
  /** Undefined when no deletion of a tenant of that name was begun. */
  deletion(tenant: Tenant): Promise<DeletionReport | undefined>;
  deleting(): Promise<Tenant[]>;
  deletedSince(since: number): Promise<Tenant[]>;
  addKey(key: StoredNewKey, act: Act): Promise<KeyRecord>;
  /** The new one and the end of the old one, both or neither. */
  rotateKey(
    given: { key: StoredNewKey; before: string; endsAt: number },
    act: Act,
  ): Promise<KeyRecord>;
  keys(wanted: { tenant: Tenant; limit: number }): Promise<KeyRecord[]>;
  key(wanted: { tenant: Tenant; keyId: string }): Promise<KeyRecord | undefined>;
  keyForEntry(keyId: string): Promise<KeyForEntry | undefined>;
  revokeKey(given: { tenant: Tenant; keyId: string }, act: Act): Promise<boolean>;
  touchKeys(uses: ReadonlyMap<string, number>): Promise<void>;
  people(page: { tenant: Tenant; after: string; limit: number }): Promise<PersonRecord[]>;
  person(wanted: { tenant: Tenant; person: string }): Promise<PersonRecord | undefined>;
  putPerson(given: NewPerson, act: Act): Promise<PersonRecord>;
  addRecord(record: NewRecord): Promise<void>;
  records(page: { tenant: Tenant; after: number; limit: number }): Promise<AdminRecord[]>;
  countTurn(turn: CountedTurn): Promise<boolean>;
  /** Predictions, or the time of scripts; false when they were counted before. */
  countUse(use: CountedUse): Promise<boolean>;
  /** Puts it on record for the first who says it by this name, and says whether it was this one. */
  recordOnce(name: string, record: NewRecord): Promise<boolean>;
  forgetCountedTurns(before: number): Promise<void>;
  usage(wanted: { tenant: Tenant; from: string; to: string; limit: number }): Promise<UsageRow[]>;
  /** What a tenant keeps, once an hour; false when this hour was counted before. */
  countStorage(measured: MeasuredStorage): Promise<boolean>;
  /** When it was last measured, in Unix ms. */
  storageMeasuredAt(tenant: Tenant): Promise<number | undefined>;
  storage(wanted: {
    tenant: Tenant;
    from: string;
    to: string;
    limit: number;
  }): Promise<StorageRow[]>;
  totalsOfMonth(wanted: { tenant: Tenant; month: string }): Promise<MonthTotals>;
}

export function createTenantStore(
  database: Database,
  options: DatabaseCallOptions = {},
): TenantStore {
  const run = <T>(work: (queries: Queries) => Promise<T>) => database.transaction(work, options);
  return {
    revision: () => run(readRevision),
    createTenant: (given, act) => run((queries) => createTenant(queries, given, act)),
    tenant: (tenant) => run((queries) => readTenant(queries, tenant)),
    tenants: (page) => run((queries) => listTenants(queries, page)),
    tenantsOfIssuer: (issuer) => run((queries) => tenantsOfIssuer(queries, issuer)),
    changeTenant: (given, act) => run((queries) => changeTenant(queries, given, act)),
    beginDeletion: (given, act) => run((queries) => beginDeletion(queries, given, act)),
    addDeletionStep: (step, act) => run((queries) => addDeletionStep(queries, step, act)),
    deletion: (tenant) => run((queries) => readDeletion(queries, tenant)),
    deleting: () => run(listDeleting),
    deletedSince: (since) => run((queries) => listDeletedSince(queries, since)),
    endDeletion: (tenant, act) => run((queries) => endDeletion(queries, tenant, act)),
    addKey: (key, act) => run((queries) => addKey(queries, key, act)),
    rotateKey: ({ key, before, endsAt }, act) =>
      run(async (queries) => {
        await endKeyAt(queries, { tenant: key.tenant, keyId: before, at: endsAt }, act);
        return addKey(queries, key, act);
      }),
    keys: (wanted) => run((queries) => listKeys(queries, wanted)),
    key: (wanted) => run((queries) => readKey(queries, wanted)),
    keyForEntry: (keyId) => run((queries) => keyForEntry(queries, keyId)),
    revokeKey: (given, act) => run((queries) => revokeKey(queries, given, act)),
    touchKeys: (uses) => run((queries) => touchKeys(queries, uses)),
    people: (page) => run((queries) => listPeople(queries, page)),
    person: (wanted) => run((queries) => readPerson(queries, wanted)),
    putPerson: (given, act) => run((queries) => putPerson(queries, given, act)),
    addRecord: (record) => run((queries) => addRecord(queries, record)),
    records: (page) => run((queries) => listRecords(queries, page)),
    countTurn: (turn) => run((queries) => countTurn(queries, turn)),
    countUse: (use) => run((queries) => countUse(queries, use)),
    recordOnce: (name, record) =>
      run(async (queries) => {
        const { tenant, at } = record;
        if (!(await noteOnce(queries, { tenant, name, at }))) return false;
        await addRecord(queries, record);
        return true;
      }),
    forgetCountedTurns: (before) => run((queries) => forgetCountedTurns(queries, before)),
    usage: (wanted) => run((queries) => readUsage(queries, wanted)),
    countStorage: (measured) => run((queries) => countStorage(queries, measured)),
    storageMeasuredAt: (tenant) => run((queries) => storageMeasuredAt(queries, tenant)),
    storage: (wanted) => run((queries) => readStorage(queries, wanted)),
    totalsOfMonth: (wanted) => run((queries) => totalsOfMonth(queries, wanted)),
  };
}
