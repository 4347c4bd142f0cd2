import { createParser, ModelArtefact, ModelCard, ModelSwitch, type Tenant } from "@lilux/protocol";
import { and, asc, desc, eq, inArray, lt, type SQL } from "drizzle-orm";
import type { Queries, TenantQueries } from "../database.ts";
import { flywheelDeployments, flywheelModels, flywheelSwitches } from "../schema.ts";
import { lockDeployment, raiseRevision } from "./deployments.ts";
import type {
  DecideStages,
  StageChange,
  StoredModel,
  SwitchedStages,
  TenantDeployment,
} from "./model-shapes.ts";
import { listThresholds } from "./thresholds.ts";

const cards = createParser(ModelCard, "a kept card", "internal");
const artefacts = createParser(ModelArtefact, "a kept artefact", "internal");
const switches = createParser(ModelSwitch, "a kept switch", "internal");
const DEPLOYED = ["shadow", "canary", "live"] as const;
const SWITCHES_READ_MAX = 500;

/**
 * Changes stages by what `decide` says of the models as they are, one change of a tenant at a time,
 * and writes each down. What `decide` throws changes nothing.
 */
export async function switchStages(
  queries: TenantQueries,
  given: { tenant: Tenant; by: string; at: number; decide: DecideStages },
): Promise<SwitchedStages> {
  const { tenant, by, at, decide } = given;
  await lockDeployment(queries, tenant);
  const models = await listModels(queries, tenant);
  const made: ModelSwitch[] = [];
  for (const change of decide(models)) {
    const model = models.find((one) => one.model === change.model);
    if (model === undefined) continue;
    made.push(await applyChange(queries, { tenant, by, at, model, change }));
  }
  return { revision: await raiseRevision(queries, tenant), switches: made };
}

async function applyChange(
  queries: TenantQueries,
  given: { tenant: Tenant; by: string; at: number; model: StoredModel; change: StageChange },
): Promise<ModelSwitch> {
  const { tenant, by, at, model, change } = given;
  const { to, share = 0, reason, before = model.before } = change;
  await queries
    .update(flywheelModels)
    .set({
      stage: to,
      share,
      reason: reason ?? null,
      before: before ?? null,
      stagedAt: new Date(at),
    })
    .where(and(eq(flywheelModels.tenant, tenant), eq(flywheelModels.model, model.model)));
  const record: ModelSwitch = {
    at,
    kind: model.kind,
    model: model.model,
    from: model.stage,
    to,
    share,
    by,
    ...(reason === undefined ? {} : { reason }),
  };
  await queries.insert(flywheelSwitches).values({ tenant, at: new Date(at), record });
  return record;
}

/** Newest first. */
export async function listModels(queries: TenantQueries, tenant: Tenant): Promise<StoredModel[]> {
  const rows = await queries
    .select()
    .from(flywheelModels)
    .where(eq(flywheelModels.tenant, tenant))
    .orderBy(desc(flywheelModels.addedAt), asc(flywheelModels.model));
  return rows.map(modelOf);
}

export function modelOf(row: typeof flywheelModels.$inferSelect): StoredModel {
  const { model, kind, sha256, stage, share, addedAt, stagedAt } = row;
  return {
    model,
    kind,
    sha256,
    stage,
    share,
    run: row.run ?? undefined,
    reason: row.reason ?? undefined,
    before: row.before ?? undefined,
    card: cards.parse(row.card),
    artefact: row.artefact === null ? null : artefacts.parse(row.artefact),
    addedAt: addedAt.getTime(),
    stagedAt: stagedAt.getTime(),
  };
}

/** Newest first. */
export async function listSwitches(queries: TenantQueries, tenant: Tenant): Promise<ModelSwitch[]> {
  const rows = await queries
    .select()
    .from(flywheelSwitches)
    .where(eq(flywheelSwitches.tenant, tenant))
    .orderBy(desc(flywheelSwitches.position))
    .limit(SWITCHES_READ_MAX);
  return rows.map(({ record }) => switches.parse(record));
}

/** Of tenants that were ever switched; of those alone that were not told of the newest, where asked. */
export async function listDeployments(
  queries: Queries,
  which: { tenant?: Tenant | undefined; isUntold?: boolean },
): Promise<TenantDeployment[]> {
  const found = await queries.select().from(flywheelDeployments).where(whichOf(which));
  const deployments: TenantDeployment[] = [];
  for (const { tenant, revision } of found) {
    const models = await queries
      .select()
      .from(flywheelModels)
      .where(and(eq(flywheelModels.tenant, tenant), inArray(flywheelModels.stage, [...DEPLOYED])));
    const [threshold] = await listThresholds(queries, tenant);
    deployments.push({ tenant, revision, models: models.map(modelOf), threshold });
  }
  return deployments;
}

function whichOf({
  tenant,
  isUntold = false,
}: {
  tenant?: Tenant | undefined;
  isUntold?: boolean;
}) {
  const conditions: (SQL | undefined)[] = [
    tenant === undefined ? undefined : eq(flywheelDeployments.tenant, tenant),
    isUntold ? lt(flywheelDeployments.told, flywheelDeployments.revision) : undefined,
  ];
  return and(...conditions);
}

export async function noteTold(
  queries: TenantQueries,
  { tenant, revision }: { tenant: Tenant; revision: number },
): Promise<void> {
  await queries
    .update(flywheelDeployments)
    .set({ told: revision })
    .where(and(eq(flywheelDeployments.tenant, tenant), lt(flywheelDeployments.told, revision)));
}
