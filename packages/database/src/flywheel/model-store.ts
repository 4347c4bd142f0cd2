import {
  createParser,
  ModelEvaluation,
  type ModelSwitch,
  type Tenant,
  TrainingRun,
} from "@lilux/protocol";
import { and, desc, eq, isNull } from "drizzle-orm";
import type { Database, DatabaseCallOptions, Queries, TenantQueries } from "../database.ts";
import { flywheelEvaluations, flywheelModels, flywheelRuns } from "../schema.ts";
import type {
  DecideStages,
  DecideThreshold,
  StoredModel,
  StoredThreshold,
  SwitchedStages,
  TenantDeployment,
} from "./model-shapes.ts";
import {
  listDeployments,
  listModels,
  listSwitches,
  modelOf,
  noteTold,
  switchStages,
} from "./stages.ts";
import { tenantWork } from "./tenant-work.ts";
import { changeThreshold, listThresholds, tenantsFitted } from "./thresholds.ts";

const runs = createParser(TrainingRun, "a kept run", "internal");
const evaluations = createParser(ModelEvaluation, "a kept evaluation", "internal");
const RUNS_READ_MAX = 200;
const EVALUATIONS_READ_MAX = 20;

type NewStoredModel = Omit<StoredModel, "stage" | "share" | "reason" | "before" | "stagedAt">;

/** The registry of training runs and models, and which of them answer. Each method is one transaction, and rejects as that does. */
export interface ModelStore {
  recordRun(tenant: Tenant, run: TrainingRun, at: number): Promise<void>;
  /** The one told last first. */
  runs(tenant: Tenant): Promise<TrainingRun[]>;
  /** `known`: exactly this one is there. `taken`: another one of that name is. */
  addModel(tenant: Tenant, model: NewStoredModel): Promise<"added" | "known" | "taken">;
  models(tenant: Tenant): Promise<StoredModel[]>;
  model(tenant: Tenant, name: string): Promise<StoredModel | undefined>;
  /** Of all tenants: the hashes of artefacts that lie outside the database. */
  artefactsOutside(): Promise<string[]>;
  addEvaluation(tenant: Tenant, evaluation: ModelEvaluation): Promise<void>;
  /** The newest first. */
  evaluations(tenant: Tenant, model: string): Promise<ModelEvaluation[]>;
  switchStages(given: {
    tenant: Tenant;
    by: string;
    at: number;
    decide: DecideStages;
  }): Promise<SwitchedStages>;
  switches(tenant: Tenant): Promise<ModelSwitch[]>;
  deployments(which: { tenant?: Tenant; isUntold?: boolean }): Promise<TenantDeployment[]>;
  /** Routers and orchestrators were told of this revision. */
  told(tenant: Tenant, revision: number): Promise<void>;
  /** Changes of the bar of acting, the newest first. */
  thresholds(tenant: Tenant): Promise<StoredThreshold[]>;
  changeThreshold(given: { tenant: Tenant; decide: DecideThreshold }): Promise<StoredThreshold>;
  /** Tenants whose bar is fitted every night. */
  tenantsFitted(): Promise<Tenant[]>;
}

export function createModelStore(
  database: Database,
  options: DatabaseCallOptions = {},
): ModelStore {
  const { write, look } = tenantWork(database, options);
  /** What a start has to tell again, and whose bar is fitted at night: of every tenant. */
  async function lookAtAll<T>(work: (queries: Queries) => Promise<T[]>): Promise<T[]> {
    return database.isUntouched() ? [] : database.transaction(work, options);
  }
  return {
    recordRun: (tenant, run, at) =>
      write(tenant, (queries) => recordRun(queries, { tenant, run, at })),
    runs: (tenant) => look(tenant, [], (queries) => listRuns(queries, tenant)),
    addModel: (tenant, model) => write(tenant, (queries) => addModel(queries, tenant, model)),
    models: (tenant) => look(tenant, [], (queries) => listModels(queries, tenant)),
    model: (tenant, name) => look(tenant, undefined, (queries) => findModel(queries, tenant, name)),
    artefactsOutside: () => lookAtAll(listArtefactsOutside),
    addEvaluation: (tenant, evaluation) =>
      write(tenant, (queries) => addEvaluation(queries, tenant, evaluation)),
    evaluations: (tenant, model) =>
      look(tenant, [], (queries) => listEvaluations(queries, tenant, model)),
    switchStages: (given) => write(given.tenant, (queries) => switchStages(queries, given)),
    switches: (tenant) => look(tenant, [], (queries) => listSwitches(queries, tenant)),
    deployments: (which) =>
      which.tenant === undefined
        ? lookAtAll((queries) => listDeployments(queries, which))
        : look(which.tenant, [], (queries) => listDeployments(queries, which)),
    told: (tenant, revision) => write(tenant, (queries) => noteTold(queries, { tenant, revision })),
    thresholds: (tenant) => look(tenant, [], (queries) => listThresholds(queries, tenant)),
    changeThreshold: (given) => write(given.tenant, (queries) => changeThreshold(queries, given)),
    tenantsFitted: () => lookAtAll(tenantsFitted),
  };
}

async function recordRun(
  queries: TenantQueries,
  { tenant, run: record, at }: { tenant: Tenant; run: TrainingRun; at: number },
): Promise<void> {
  const { run, kind } = record;
  const toldAt = new Date(at);
  await queries
    .insert(flywheelRuns)
    .values({ tenant, run, kind, toldAt, record })
    .onConflictDoUpdate({
      target: [flywheelRuns.tenant, flywheelRuns.run],
      set: { kind, toldAt, record },
    });
}

async function listRuns(queries: TenantQueries, tenant: Tenant): Promise<TrainingRun[]> {
  const rows = await queries
    .select()
    .from(flywheelRuns)
    .where(eq(flywheelRuns.tenant, tenant))
    .orderBy(desc(flywheelRuns.toldAt))
    .limit(RUNS_READ_MAX);
  return rows.map(({ record }) => runs.parse(record));
}

async function addModel(
  queries: TenantQueries,
  tenant: Tenant,
  { addedAt, run, ...model }: NewStoredModel,
): Promise<"added" | "known" | "taken"> {
  const at = new Date(addedAt);
  const added = await queries
    .insert(flywheelModels)
    .values({ tenant, ...model, run: run ?? null, stage: "candidate", addedAt: at, stagedAt: at })
    .onConflictDoNothing()
    .returning({ model: flywheelModels.model });
  if (added.length > 0) return "added";
  const known = await findModel(queries, tenant, model.model);
  return known?.sha256 === model.sha256 ? "known" : "taken";
}

async function findModel(
  queries: TenantQueries,
  tenant: Tenant,
  name: string,
): Promise<StoredModel | undefined> {
  const [row] = await queries
    .select()
    .from(flywheelModels)
    .where(and(eq(flywheelModels.tenant, tenant), eq(flywheelModels.model, name)));
  return row === undefined ? undefined : modelOf(row);
}

async function listArtefactsOutside(queries: Queries): Promise<string[]> {
  const rows = await queries
    .selectDistinct({ sha256: flywheelModels.sha256 })
    .from(flywheelModels)
    .where(isNull(flywheelModels.artefact));
  return rows.map(({ sha256 }) => sha256);
}

async function addEvaluation(
  queries: TenantQueries,
  tenant: Tenant,
  record: ModelEvaluation,
): Promise<void> {
  const { model, at, passes } = record;
  await queries
    .insert(flywheelEvaluations)
    .values({ tenant, model, at: new Date(at), passes, record });
}

async function listEvaluations(
  queries: TenantQueries,
  tenant: Tenant,
  model: string,
): Promise<ModelEvaluation[]> {
  const rows = await queries
    .select()
    .from(flywheelEvaluations)
    .where(and(eq(flywheelEvaluations.tenant, tenant), eq(flywheelEvaluations.model, model)))
    .orderBy(desc(flywheelEvaluations.position))
    .limit(EVALUATIONS_READ_MAX);
  return rows.map(({ record }) => evaluations.parse(record));
}
