import { createParser, LibraryPlace, LibraryTarget, type Tenant } from "@lilux/protocol";
import { eq, inArray, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { libraryHeads, libraryPlaces } from "./libraries-schema.ts";

/** Where a library lives, where it is on its way to, and why it is not there. */
export interface StoredPlace {
  place: LibraryPlace;
  wanted: LibraryTarget | undefined;
  problem: string | undefined;
  revision: number;
  hookSecret: string;
}

/** What tells whoever holds a library that there is something to look at. */
export interface LibrarySign {
  tenant: Tenant;
  /** Of its place. */
  revision: number;
  looks: number;
  /** Of its files, where they are rows. */
  version: number;
}

const place = createParser(LibraryPlace, "a stored library", "internal");
const wanted = createParser(LibraryTarget, "where a stored library is to go", "internal");

export async function readPlace(
  queries: Queries,
  tenant: Tenant,
): Promise<StoredPlace | undefined> {
  const [row] = await queries.select().from(libraryPlaces).where(eq(libraryPlaces.tenant, tenant));
  if (row === undefined) return undefined;
  return {
    place: place.parse(row.place),
    wanted: row.wanted === null ? undefined : wanted.parse(row.wanted),
    problem: row.problem ?? undefined,
    revision: row.revision,
    hookSecret: row.hookSecret,
  };
}

/** One question for all libraries that somebody holds. */
export async function readSigns(
  queries: Queries,
  tenants: readonly Tenant[],
): Promise<LibrarySign[]> {
  if (tenants.length === 0) return [];
  const rows = await queries
    .select({
      tenant: libraryPlaces.tenant,
      revision: libraryPlaces.revision,
      looks: libraryPlaces.looks,
      version: libraryHeads.version,
    })
    .from(libraryPlaces)
    .leftJoin(libraryHeads, eq(libraryHeads.tenant, libraryPlaces.tenant))
    .where(inArray(libraryPlaces.tenant, [...tenants]));
  return rows.map((row) => ({ ...row, version: row.version ?? 0 }));
}

export interface WantedPlace {
  tenant: Tenant;
  wanted: LibraryTarget;
  /** Of a library that had none. */
  hookSecret: string;
}

/** The library is to live elsewhere. It lives where it is until it was brought there. */
export async function wantPlace(
  queries: Queries,
  { tenant, wanted: asked, hookSecret }: WantedPlace,
): Promise<void> {
  await queries
    .insert(libraryPlaces)
    .values({ tenant, place: { kind: "folder" }, wanted: asked, revision: 1, hookSecret })
    .onConflictDoUpdate({
      target: libraryPlaces.tenant,
      set: { wanted: asked, problem: null, revision: sql`${libraryPlaces.revision} + 1` },
    });
}

export interface SettledPlace {
  tenant: Tenant;
  /** As it was read: whoever asked for another place meanwhile is not overruled. */
  revision: number;
  place: LibraryPlace;
  problem: string | undefined;
}

/** The library is where it was to go, or stays for a reason. False when another place was asked for meanwhile. */
export async function settlePlace(
  queries: Queries,
  { tenant, revision, place: now, problem }: SettledPlace,
): Promise<boolean> {
  const rows = await queries
    .update(libraryPlaces)
    .set({ place: now, wanted: null, problem: problem ?? null, revision: revision + 1 })
    .where(sql`${libraryPlaces.tenant} = ${tenant} and ${libraryPlaces.revision} = ${revision}`)
    .returning({ tenant: libraryPlaces.tenant });
  return rows.length > 0;
}

/** Somebody says that something changed there; said again within a moment, it is said once. */
export async function askForLook(queries: Queries, tenant: Tenant): Promise<void> {
  await queries
    .update(libraryPlaces)
    .set({ looks: sql`${libraryPlaces.looks} + 1`, lookedAt: sql`now()` })
    .where(
      sql`${libraryPlaces.tenant} = ${tenant} and coalesce(${libraryPlaces.lookedAt}, '-infinity') < now() - interval '1 second'`,
    );
}
