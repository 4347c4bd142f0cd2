import type {
  ConsentLevel,
  DatasetManifest,
  DatasetRow,
  FlywheelDeleted,
  FlywheelState,
  Tenant,
} from "@lilux/protocol";
import { count, eq } from "drizzle-orm";
import type { Database, DatabaseCallOptions, Queries, TenantQueries } from "../database.ts";
import { flywheelDatasets, flywheelPeopleOut, flywheelRatings, flywheelTurns } from "../schema.ts";
import {
  listWillingTenants,
  NO_CONSENT,
  readConsent,
  writeConsent,
  writeTakesPart,
} from "./consents.ts";
import { addDataset, listDatasets, openDataset } from "./datasets.ts";
import { FLYWHEEL_STEPS, type LeftElsewhere, readLeftElsewhere } from "./delete-tenant.ts";
import { flywheelBytes } from "./flywheel-bytes.ts";
import type {
  Consent,
  NewDataset,
  NewTurn,
  Rating,
  Review,
  StoredTurn,
  TurnsPage,
} from "./flywheel-shapes.ts";
import { addReview, listReviews, sessionOfTurn, undoReview } from "./reviews.ts";
import { tenantWork } from "./tenant-work.ts";
import {
  addRating,
  addTurn,
  deleteTurns,
  type KeptTurnsWanted,
  listRatings,
  listTurns,
  type TurnsWanted,
} from "./turns.ts";

/**
 * What the flywheel keeps. Each method is one transaction, but for deletions, which are as many as
 * they need. An embedded database is made by the first who agrees to something: until then nobody
 * has. Rejects as `Database.transaction` does.
 */
export interface FlywheelStore {
  consent(tenant: Tenant): Promise<Consent>;
  /** Tenants whose consent is `redacted` or `full`, by name. */
  willingTenants(): Promise<Tenant[]>;
  /** What was kept at a level that is no longer agreed to is deleted. */
  setConsent(given: { tenant: Tenant; level: ConsentLevel; at: number }): Promise<FlywheelDeleted>;
  /** Whoever takes no part any more has what was kept of them deleted. */
  setTakesPart(given: {
    tenant: Tenant;
    person: string;
    takesPart: boolean;
    at: number;
  }): Promise<FlywheelDeleted>;
  /** `refused`: consent or person's part ended meanwhile. `known`: kept before. */
  addTurn(turn: NewTurn): Promise<"kept" | "known" | "refused">;
  addRating(rating: Rating): Promise<void>;
  turns(wanted: KeptTurnsWanted): Promise<TurnsPage>;
  ratings(tenant: Tenant): Promise<Rating[]>;
  deleteTurns(wanted: TurnsWanted, at: number): Promise<FlywheelDeleted>;
  addDataset(dataset: NewDataset): Promise<"added" | "known">;
  datasets(tenant: Tenant): Promise<DatasetManifest[]>;
  openDataset(wanted: {
    tenant: Tenant;
    version: string;
    after: number;
    limit: number;
  }): Promise<
    { manifest: DatasetManifest; rows: (DatasetRow & { position: number })[] } | undefined
  >;
  /** Of each label the newest one. */
  reviews(tenant: Tenant): Promise<Review[]>;
  /** False where the turn is not the tenant's, or was deleted meanwhile. */
  addReview(review: Review): Promise<boolean>;
  /** The last one of this reviewer, which counts no more. */
  undoReview(whose: { tenant: Tenant; reviewer: string }): Promise<Review | undefined>;
  /** The turns of the session that a turn is of, oldest first. */
  sessionOfTurn(which: { tenant: Tenant; turnPosition: number }): Promise<StoredTurn[]>;
  state(tenant: Tenant): Promise<FlywheelState>;
  leftElsewhere(tenant: Tenant): Promise<LeftElsewhere>;
  /** How many bytes what is kept of a tenant takes. */
  heldBytes(tenant: Tenant): Promise<number>;
  /** Deletes everything of a tenant, a piece at a time; rows by kind. */
  deleteTenant(tenant: Tenant): Promise<Record<string, number>>;
}

/** Levels of what is kept that a consent covers. */
const COVERED: Readonly<Record<ConsentLevel, readonly NewTurn["level"][]>> = {
  none: [],
  metrics: ["metrics"],
  redacted: ["metrics", "redacted"],
  full: ["metrics", "redacted", "full"],
};
const LEVELS = COVERED.full;
const NO_TURNS: TurnsPage = { turns: [], unreadable: [], next: undefined };

export function createFlywheelStore(
  database: Database,
  options: DatabaseCallOptions = {},
): FlywheelStore {
  const { write, look } = tenantWork(database, options);
  /** What ends by age ends for every tenant. */
  const deleteSome = (wanted: TurnsWanted, at: number) => {
    const work = (queries: Queries) => deleteTurns(queries, wanted, at);
    const { tenant } = wanted;
    return tenant === undefined ? database.transaction(work, options) : write(tenant, work);
  };

  async function deleteAll(wanted: TurnsWanted, at: number): Promise<FlywheelDeleted> {
    const stale = new Set<string>();
    let turns = 0;
    for (let isMore = !database.isUntouched(); isMore; ) {
      const step = await deleteSome(wanted, at);
      turns += step.turns;
      for (const dataset of step.staleDatasets) stale.add(dataset);
      isMore = step.isMore;
    }
    return { turns, staleDatasets: stale.size };
  }

  return {
    consent: (tenant) => look(tenant, NO_CONSENT, (queries) => readConsent(queries, tenant)),
    willingTenants: async () =>
      database.isUntouched() ? [] : database.transaction(listWillingTenants, options),
    async setConsent(given) {
      const { tenant, level, at } = given;
      if (level === "none" && database.isUntouched()) return { turns: 0, staleDatasets: 0 };
      await write(tenant, (queries) => writeConsent(queries, given));
      const levels = LEVELS.filter((kept) => !COVERED[level].includes(kept));
      return levels.length === 0
        ? { turns: 0, staleDatasets: 0 }
        : deleteAll({ tenant, levels }, at);
    },
    async setTakesPart(given) {
      const { tenant, person, takesPart, at } = given;
      await write(tenant, (queries) => writeTakesPart(queries, given));
      return takesPart ? { turns: 0, staleDatasets: 0 } : deleteAll({ tenant, person }, at);
    },
    addTurn: (turn) => write(turn.tenant, (queries) => addTurn(queries, turn)),
    addRating: (rating) => write(rating.tenant, (queries) => addRating(queries, rating)),
    turns: (wanted) => look(wanted.tenant, NO_TURNS, (queries) => listTurns(queries, wanted)),
    ratings: (tenant) => look(tenant, [], (queries) => listRatings(queries, tenant)),
    deleteTurns: deleteAll,
    addDataset: (dataset) => write(dataset.tenant, (queries) => addDataset(queries, dataset)),
    datasets: (tenant) => look(tenant, [], (queries) => listDatasets(queries, tenant)),
    openDataset: (wanted) =>
      look(wanted.tenant, undefined, (queries) => openDataset(queries, wanted)),
    reviews: (tenant) => look(tenant, [], (queries) => listReviews(queries, tenant)),
    addReview: (review) => write(review.tenant, (queries) => addReview(queries, review)),
    undoReview: (whose) => look(whose.tenant, undefined, (queries) => undoReview(queries, whose)),
    sessionOfTurn: (which) => look(which.tenant, [], (queries) => sessionOfTurn(queries, which)),
    leftElsewhere: (tenant) =>
      look(tenant, NOTHING_ELSEWHERE, (queries) => readLeftElsewhere(queries, tenant)),
    heldBytes: (tenant) => look(tenant, 0, (queries) => flywheelBytes(queries, tenant)),
    async deleteTenant(tenant) {
      const removed: Record<string, number> = {};
      if (database.isUntouched()) return removed;
      for (const step of FLYWHEEL_STEPS) {
        for (let isMore = true; isMore; ) {
          const done = await write(tenant, (queries) => step(queries, tenant));
          if (done.rows > 0) removed[done.kind] = (removed[done.kind] ?? 0) + done.rows;
          isMore = done.isMore;
        }
      }
      return removed;
    },
    state: (tenant) => look(tenant, EMPTY, (queries) => readState(queries, tenant)),
  };
}

const NOTHING_ELSEWHERE: LeftElsewhere = { datasets: [], served: [], runs: [] };
const EMPTY: FlywheelState = { consent: "none", turns: 0, ratings: 0, peopleOut: 0, datasets: 0 };

async function readState(queries: TenantQueries, tenant: Tenant): Promise<FlywheelState> {
  const { level } = await readConsent(queries, tenant);
  const countOf = async (
    table:
      | typeof flywheelTurns
      | typeof flywheelRatings
      | typeof flywheelPeopleOut
      | typeof flywheelDatasets,
  ) => {
    const [row] = await queries.select({ n: count() }).from(table).where(eq(table.tenant, tenant));
    return row?.n ?? 0;
  };
  return {
    consent: level,
    turns: await countOf(flywheelTurns),
    ratings: await countOf(flywheelRatings),
    peopleOut: await countOf(flywheelPeopleOut),
    datasets: await countOf(flywheelDatasets),
  };
}
