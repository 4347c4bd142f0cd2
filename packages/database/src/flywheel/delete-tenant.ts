import { createParser, ModelArtefact, ModelCard, type Tenant } from "@lilux/protocol";
import { and, eq, inArray, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { TenantQueries } from "../database.ts";
import {
  flywheelConsents,
  flywheelDatasetRows,
  flywheelDatasets,
  flywheelDeployments,
  flywheelEvaluations,
  flywheelModels,
  flywheelPeopleOut,
  flywheelRatings,
  flywheelReviews,
  flywheelRuns,
  flywheelSwitches,
  flywheelThresholds,
  flywheelTurns,
} from "../schema.ts";

/** How many turns one statement deletes, so that none lasts. */
const DELETED_AT_ONCE = 1_000;

/** One piece of the work, small enough for a transaction of its own; whether the same again may find more. */
type Step = (
  queries: TenantQueries,
  tenant: Tenant,
) => Promise<{ kind: string; rows: number; isMore: boolean }>;

/** In an order that foreign keys bear. The consent goes first: from then on nothing is kept. */
export const FLYWHEEL_STEPS: readonly Step[] = [
  all("consents", flywheelConsents, flywheelConsents.tenant),
  all("people who took no part", flywheelPeopleOut, flywheelPeopleOut.tenant),
  all("labels that people judged", flywheelReviews, flywheelReviews.tenant),
  all("ratings", flywheelRatings, flywheelRatings.tenant),
  deleteTurns,
  deleteDataset,
  all("evaluations of models", flywheelEvaluations, flywheelEvaluations.tenant),
  all("models", flywheelModels, flywheelModels.tenant),
  all("training runs", flywheelRuns, flywheelRuns.tenant),
  all("switches of models", flywheelSwitches, flywheelSwitches.tenant),
  all("deployments", flywheelDeployments, flywheelDeployments.tenant),
  all("fitted thresholds", flywheelThresholds, flywheelThresholds.tenant),
];

type Column = Parameters<typeof eq>[0];

function all(kind: string, table: PgTable, column: Column): Step {
  return async (queries, tenant) => {
    const rows = await countDeleted(queries, table, eq(column, tenant));
    return { kind, rows, isMore: false };
  };
}

async function countDeleted(queries: TenantQueries, table: PgTable, where: SQL | undefined) {
  const gone = await queries.delete(table).where(where).returning();
  return gone.length;
}

async function deleteTurns(queries: TenantQueries, tenant: Tenant) {
  const found = await queries
    .select({ position: flywheelTurns.position })
    .from(flywheelTurns)
    .where(eq(flywheelTurns.tenant, tenant))
    .limit(DELETED_AT_ONCE);
  const positions = found.map(({ position }) => position);
  if (positions.length > 0) {
    await queries.delete(flywheelTurns).where(inArray(flywheelTurns.position, positions));
  }
  return { kind: "kept turns", rows: found.length, isMore: found.length === DELETED_AT_ONCE };
}

/** One with its rows. */
async function deleteDataset(queries: TenantQueries, tenant: Tenant) {
  const [dataset] = await queries
    .select({ version: flywheelDatasets.version })
    .from(flywheelDatasets)
    .where(eq(flywheelDatasets.tenant, tenant))
    .limit(1);
  const kind = "datasets";
  if (dataset === undefined) return { kind, rows: 0, isMore: false };
  const { version } = dataset;
  const ofIt = (columns: { tenant: Column; version: Column }) =>
    and(eq(columns.tenant, tenant), eq(columns.version, version));
  await queries.delete(flywheelDatasetRows).where(ofIt(flywheelDatasetRows));
  await queries.delete(flywheelDatasets).where(ofIt(flywheelDatasets));
  return { kind, rows: 1, isMore: true };
}

/** What of a tenant lies where this database does not reach. Asked before anything is deleted. */
export interface LeftElsewhere {
  /** Versions of datasets: whoever built one may have exported it. */
  datasets: string[];
  /** Language models whose weights a server of a pool has, with the dataset they were trained on. */
  served: { model: string; served: string; dataset: string | undefined }[];
  runs: string[];
}

const cards = createParser(ModelCard, "a kept card", "internal");
const artefacts = createParser(ModelArtefact, "a kept artefact", "internal");

export async function readLeftElsewhere(
  queries: TenantQueries,
  tenant: Tenant,
): Promise<LeftElsewhere> {
  const datasets = await queries
    .select({ version: flywheelDatasets.version })
    .from(flywheelDatasets)
    .where(eq(flywheelDatasets.tenant, tenant));
  const runs = await queries
    .select({ run: flywheelRuns.run })
    .from(flywheelRuns)
    .where(eq(flywheelRuns.tenant, tenant));
  const models = await queries
    .select()
    .from(flywheelModels)
    .where(and(eq(flywheelModels.tenant, tenant), eq(flywheelModels.kind, "orchestrator")));
  const served = models.flatMap(({ model, card, artefact }) => {
    if (!artefacts.is(artefact) || artefact.kind !== "orchestrator") return [];
    const dataset = cards.is(card) ? card.data.dataset : undefined;
    return [{ model, served: artefact.served, dataset }];
  });
  return {
    datasets: datasets.map(({ version }) => version),
    served,
    runs: runs.map(({ run }) => run),
  };
}
