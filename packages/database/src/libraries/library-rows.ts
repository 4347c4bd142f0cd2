import type { Tenant } from "@lilux/protocol";
import type { Database, DatabaseCallOptions, Queries } from "../database.ts";
import { forgetLibrary } from "./forget-library.ts";
import {
  addressOfHolder,
  beMember,
  endMember,
  type KiwiMember,
  renewLeases,
} from "./kiwi-members.ts";
import {
  type LibraryHead,
  type LibraryWrite,
  type LibraryWritten,
  readFiles,
  readHead,
  writeFiles,
} from "./library-files.ts";
import { endLease, takeLease, type WantedLease } from "./library-leases.ts";
import {
  askForLook,
  type LibrarySign,
  readPlace,
  readSigns,
  type SettledPlace,
  type StoredPlace,
  settlePlace,
  type WantedPlace,
  wantPlace,
} from "./library-places.ts";

/**
 * Where tenants' libraries live, the files of those that live in the database, and who may write them.
 * Each method is one transaction and rejects as `Database.transaction` does. An embedded database that
 * was never made is not made for the asking: until then every library is a folder.
 */
export interface LibraryRows {
  place(tenant: Tenant): Promise<StoredPlace | undefined>;
  signs(tenants: readonly Tenant[]): Promise<LibrarySign[]>;
  want(given: WantedPlace): Promise<void>;
  settle(given: SettledPlace): Promise<boolean>;
  askForLook(tenant: Tenant): Promise<void>;
  head(tenant: Tenant): Promise<LibraryHead>;
  files(wanted: { tenant: Tenant; paths: readonly string[] }): Promise<Map<string, string>>;
  write(given: LibraryWrite): Promise<LibraryWritten>;
  takeLease(wanted: WantedLease): Promise<number | undefined>;
  endLease(given: { tenant: Tenant; holder: string }): Promise<void>;
  renewLeases(given: {
    holder: string;
    tenants: readonly Tenant[];
    forMs: number;
  }): Promise<Tenant[]>;
  beMember(given: KiwiMember & { forMs: number }): Promise<KiwiMember[]>;
  endMember(member: string): Promise<void>;
  addressOfHolder(tenant: Tenant): Promise<string | undefined>;
  /** Deletes all of a tenant's, and answers how many files it was. */
  forget(tenant: Tenant): Promise<number>;
}

export function createLibraryRows(
  database: Database,
  options: DatabaseCallOptions = {},
): LibraryRows {
  const run = <T>(work: (queries: Queries) => Promise<T>) => database.transaction(work, options);
  return {
    place: async (tenant) =>
      database.isUntouched() ? undefined : run((queries) => readPlace(queries, tenant)),
    signs: async (tenants) =>
      database.isUntouched() ? [] : run((queries) => readSigns(queries, tenants)),
    want: (given) => run((queries) => wantPlace(queries, given)),
    settle: (given) => run((queries) => settlePlace(queries, given)),
    askForLook: (tenant) => run((queries) => askForLook(queries, tenant)),
    head: (tenant) => run((queries) => readHead(queries, tenant)),
    files: (wanted) => run((queries) => readFiles(queries, wanted)),
    write: (given) => run((queries) => writeFiles(queries, given)),
    takeLease: (wanted) => run((queries) => takeLease(queries, wanted)),
    endLease: (given) => run((queries) => endLease(queries, given)),
    renewLeases: (given) => run((queries) => renewLeases(queries, given)),
    beMember: (given) => run((queries) => beMember(queries, given)),
    endMember: (member) => run((queries) => endMember(queries, member)),
    addressOfHolder: (tenant) => run((queries) => addressOfHolder(queries, tenant)),
    forget: async (tenant) =>
      database.isUntouched() ? 0 : run((queries) => forgetLibrary(queries, tenant)),
  };
}
