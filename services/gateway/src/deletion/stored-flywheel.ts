import { existsSync } from "node:fs";
import { createStoredFlywheelHolder, type Database, openDatabase } from "@lilux/database";
import type { DeletedPart, DeletionRequest, Tenant } from "@lilux/protocol";

/** Deletes what a flywheel kept of a tenant, where this server has none that could. */
export interface StoredFlywheel {
  ask(tenant: Tenant, request: DeletionRequest): Promise<DeletedPart>;
  /** What the report says of it. */
  how: string;
}

/** Where a flywheel kept things; undefined where none ever did. */
export type OpenStored = () => Promise<Database | undefined>;

const TENANTS_MAX = 1_000;
const NONE: DeletedPart = { removed: {}, kept: [] };
const HOW =
  "This server has none. What one of before had kept of the tenant was deleted in the database that it kept it in.";
const HOW_UNNAMED =
  "This server has none, and names no database of one (LILUX_FLYWHEEL_DATABASE_URL): what one of before kept in a database of its own, if there was one, is still there.";

/**
 * Opens the database for as long as it takes, unless it is another's, who closes it. Nobody keeps anything
 * meanwhile: a tenant of whom nothing was found is not looked for again.
 */
export function createStoredFlywheel(
  open: OpenStored,
  { closes = false, how = HOW }: { closes?: boolean; how?: string } = {},
): StoredFlywheel {
  const empty = new Set<string>();

  async function ask(tenant: Tenant, request: DeletionRequest): Promise<DeletedPart> {
    if (empty.has(tenant)) return NONE;
    const database = await open();
    if (database === undefined) return NONE;
    try {
      const holder = createStoredFlywheelHolder(database);
      if (request.do === "look") return { removed: {}, kept: await holder.kept(tenant) };
      const removed = await holder.delete(tenant);
      const isEmpty = Object.values(removed).every((count) => count === 0);
      if (isEmpty && empty.size < TENANTS_MAX) empty.add(tenant);
      return { removed, kept: [] };
    } finally {
      if (closes) await database.close();
    }
  }

  return { ask, how };
}

/** By the settings of a gateway; undefined where there is a flywheel, or nobody said that there is none. */
export function storedFlywheelOf({
  flywheel,
  flywheelDatabaseUrl: url,
}: {
  flywheel: "on" | "off" | undefined;
  flywheelDatabaseUrl: string | undefined;
}): StoredFlywheel | undefined {
  if (flywheel !== "off") return undefined;
  if (url === undefined) return createStoredFlywheel(async () => undefined, { how: HOW_UNNAMED });
  // Looking for what was never kept would make an empty database.
  const folder = /^pglite:(\/.*)$/.exec(url)?.[1];
  const open: OpenStored = async () =>
    folder !== undefined && !existsSync(folder) ? undefined : openDatabase(url);
  return createStoredFlywheel(open, { closes: true });
}
