import type { AdminRecord, Namespace, Notice, Report, TakeDown, Tenant } from "@lilux/protocol";
import type { Database, DatabaseCallOptions } from "../database.ts";
import { lookIn } from "../look-in.ts";
import { listRecords } from "../tenants/admin-records.ts";
import {
  addDelegate,
  type ClaimOutcome,
  claimNamespace,
  type DelegateOutcome,
  giveNamespace,
  listNamespaces,
  removeDelegate,
  restrictNamespace,
} from "./namespaces.ts";
import { listNotices } from "./notices.ts";
import { publishersOf, setPublishers } from "./publishers.ts";
import type { RegistryActor } from "./registry-act.ts";
import { registryRecords } from "./registry-schema.ts";
import type { ItemKey } from "./registry-shapes.ts";
import { addReport, closeReport, listReports, type ReportOutcome } from "./reports.ts";
import { listTakeDowns, type ModerationOutcome, putBack, takeDown } from "./take-downs.ts";

type Own = { namespace: string; by: RegistryActor };
type OnItem = { item: ItemKey; by: RegistryActor };

/**
 * Whose namespaces are, who publishes under them, what was reported and taken down. Who may ask for
 * which of these was decided before. Each method is one transaction, and what it changes is on
 * record with it; it rejects as `Database.transaction` does.
 */
export interface RegistryTenancyStore {
  claim(given: Own & { isTenants?: boolean }, options?: DatabaseCallOptions): Promise<ClaimOutcome>;
  /** Of the operator, whose tenant is empty, all. */
  namespaces(tenant: Tenant, options?: DatabaseCallOptions): Promise<Namespace[]>;
  /** False for one that is not the actor's. */
  restrict(given: Own & { restricted: boolean }, options?: DatabaseCallOptions): Promise<boolean>;
  delegate(
    given: Own & { delegate: string; endsAt: Date | null },
    options?: DatabaseCallOptions,
  ): Promise<DelegateOutcome>;
  undelegate(given: Own & { delegate: string }, options?: DatabaseCallOptions): Promise<boolean>;
  give(given: Own & { owner: Tenant | null }, options?: DatabaseCallOptions): Promise<void>;
  report(given: OnItem & { reason: string }, options?: DatabaseCallOptions): Promise<ReportOutcome>;
  reports(after: number, options?: DatabaseCallOptions): Promise<Report[]>;
  closeReport(
    given: { reportId: number; by: RegistryActor },
    options?: DatabaseCallOptions,
  ): Promise<boolean>;
  takeDown(
    given: OnItem & { reason: string },
    options?: DatabaseCallOptions,
  ): Promise<ModerationOutcome>;
  putBack(given: OnItem, options?: DatabaseCallOptions): Promise<ModerationOutcome>;
  takeDowns(options?: DatabaseCallOptions): Promise<TakeDown[]>;
  notices(
    wanted: { tenant: Tenant; after: number },
    options?: DatabaseCallOptions,
  ): Promise<Notice[]>;
  records(
    wanted: { tenant: Tenant; after: number },
    options?: DatabaseCallOptions,
  ): Promise<AdminRecord[]>;
  publishers(tenant: Tenant, options?: DatabaseCallOptions): Promise<string[] | null>;
  setPublishers(
    given: { of: Tenant; publishers: string[] | null; by: RegistryActor },
    options?: DatabaseCallOptions,
  ): Promise<void>;
}

const RECORDS_PAGE = 1_000;

export function createRegistryTenancyStore(database: Database): RegistryTenancyStore {
  const { transaction } = database;
  const look = lookIn(database);
  return {
    claim: (given, options) => transaction((q) => claimNamespace(q, given), options),
    namespaces: (tenant, options) => look([], (q) => listNamespaces(q, tenant), options),
    restrict: (given, options) => look(false, (q) => restrictNamespace(q, given), options),
    delegate: (given, options) => look("not_yours", (q) => addDelegate(q, given), options),
    undelegate: (given, options) => look(false, (q) => removeDelegate(q, given), options),
    give: (given, options) => transaction((q) => giveNamespace(q, given), options),
    report: (given, options) => transaction((q) => addReport(q, given), options),
    reports: (after, options) => look([], (q) => listReports(q, after), options),
    closeReport: (given, options) => look(false, (q) => closeReport(q, given), options),
    takeDown: (given, options) => look(undefined, (q) => takeDown(q, given), options),
    putBack: (given, options) => look(undefined, (q) => putBack(q, given), options),
    takeDowns: (options) => look([], listTakeDowns, options),
    notices: (wanted, options) => look([], (q) => listNotices(q, wanted), options),
    records: (wanted, options) =>
      look([], (q) => listRecords(q, { ...wanted, limit: RECORDS_PAGE }, registryRecords), options),
    publishers: (tenant, options) => look(null, (q) => publishersOf(q, tenant), options),
    setPublishers: (given, options) => transaction((q) => setPublishers(q, given), options),
  };
}
