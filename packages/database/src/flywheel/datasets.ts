import { createParser, DatasetManifest, DatasetRow, type Tenant } from "@lilux/protocol";
import { and, asc, desc, eq, gt, isNotNull } from "drizzle-orm";
import type { TenantQueries } from "../database.ts";
import { flywheelDatasetRows, flywheelDatasets } from "../schema.ts";
import type { NewDataset } from "./flywheel-shapes.ts";

const manifests = createParser(DatasetManifest, "a dataset's manifest", "internal");
const rows = createParser(DatasetRow, "a dataset's row", "internal");
const INSERTED_AT_ONCE = 500;

/** The same rows again are the same dataset: nothing is added. */
export async function addDataset(
  queries: TenantQueries,
  { tenant, manifest, rows: made }: NewDataset,
): Promise<"added" | "known"> {
  const { version, madeAt } = manifest;
  const added = await queries
    .insert(flywheelDatasets)
    .values({ tenant, version, madeAt: new Date(madeAt), manifest })
    .onConflictDoNothing()
    .returning({ version: flywheelDatasets.version });
  if (added.length === 0) return "known";
  for (let start = 0; start < made.length; start += INSERTED_AT_ONCE) {
    const part = made.slice(start, start + INSERTED_AT_ONCE);
    await queries
      .insert(flywheelDatasetRows)
      .values(part.map((row, index) => ({ tenant, version, position: start + index, ...row })));
  }
  return "added";
}

/** Newest first. */
export async function listDatasets(
  queries: TenantQueries,
  tenant: Tenant,
): Promise<DatasetManifest[]> {
  const found = await queries
    .select()
    .from(flywheelDatasets)
    .where(eq(flywheelDatasets.tenant, tenant))
    .orderBy(desc(flywheelDatasets.madeAt));
  return found.map(manifestOf);
}

export async function openDataset(
  queries: TenantQueries,
  wanted: { tenant: Tenant; version: string; after: number; limit: number },
): Promise<{ manifest: DatasetManifest; rows: (DatasetRow & { position: number })[] } | undefined> {
  const { tenant, version, after, limit } = wanted;
  const [found] = await queries
    .select()
    .from(flywheelDatasets)
    .where(and(eq(flywheelDatasets.tenant, tenant), eq(flywheelDatasets.version, version)));
  if (found === undefined) return undefined;
  const page = await queries
    .select()
    .from(flywheelDatasetRows)
    .where(
      and(
        eq(flywheelDatasetRows.tenant, tenant),
        eq(flywheelDatasetRows.version, version),
        gt(flywheelDatasetRows.position, after),
        isNotNull(flywheelDatasetRows.row),
      ),
    )
    .orderBy(asc(flywheelDatasetRows.position))
    .limit(limit);
  return {
    manifest: manifestOf(found),
    rows: page.map(({ row, position }) => ({ ...rows.parse(row), position })),
  };
}

function manifestOf({
  manifest,
  staleSince,
}: typeof flywheelDatasets.$inferSelect): DatasetManifest {
  const read = manifests.parse(manifest);
  return staleSince === null ? read : { ...read, staleSince: staleSince.getTime() };
}
