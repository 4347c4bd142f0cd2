import { createParser, type LibraryItem, LibraryItems, type Tenant } from "@lilux/protocol";
import { and, asc, count, eq, inArray, or, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { type Publisher, publishRight } from "./namespace-rights.ts";
import { recordAct } from "./registry-act.ts";
import { registryLibraries, registryNamespaces } from "./registry-schema.ts";
import type { Visibility } from "./registry-shapes.ts";

const VERSIONS_MAX = 1_000;
const LISTED_MAX = 1_000;

const items = createParser(LibraryItems, "a library's items", "internal");

export interface LibraryKey {
  namespace: string;
  name: string;
}

export interface StoredLibrary extends LibraryKey {
  version: string;
  visibility: Visibility;
  description: string;
  changelog: string;
  items: LibraryItem[];
  publisher: string;
  publishedAt: Date;
  keyId: string;
  publicKey: string;
  signature: string;
}

export type LibraryOutcome =
  | { kind: "published" }
  | { kind: "version_exists" }
  | { kind: "not_yours" }
  | { kind: "restricted" }
  | { kind: "too_many"; max: number };

/** Adds one version of a library, or nothing; one after the other within a namespace. */
export async function publishLibrary(
  queries: Queries,
  { library, by }: { library: StoredLibrary; by: Publisher },
): Promise<LibraryOutcome> {
  const { namespace, name, version, publishedAt: at } = library;
  await queries.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`registry ${namespace}`}, 0))`,
  );
  const right = await publishRight(queries, { namespace, by, at });
  if (right.kind === "restricted") return right;
  if (right.kind !== "may") return { kind: "not_yours" };
  const [known] = await queries
    .select({
      versions: count(),
      same: sql<number>`count(*) filter (where ${registryLibraries.version} = ${version})`.mapWith(
        Number,
      ),
    })
    .from(registryLibraries)
    .where(isLibrary(library));
  if ((known?.same ?? 0) > 0) return { kind: "version_exists" };
  if ((known?.versions ?? 0) >= VERSIONS_MAX) return { kind: "too_many", max: VERSIONS_MAX };
  await queries.insert(registryLibraries).values(library);
  const actor = { tenant: by.tenant, person: by.person, at };
  const target = `@${namespace}/${name} ${version}`;
  await recordAct(queries, actor, { tenant: by.tenant, action: "publish-library", target });
  return { kind: "published" };
}

/** Those of a library that the tenant may see, in no order. */
export async function libraryVersions(
  queries: Queries,
  { tenant, ...library }: LibraryKey & { tenant: Tenant },
): Promise<StoredLibrary[]> {
  const rows = await queries
    .select()
    .from(registryLibraries)
    .where(
      and(
        isLibrary(library),
        or(isOwn(tenant), inArray(registryLibraries.visibility, ["public", "unlisted"])),
      ),
    );
  return rows.map(toLibrary);
}

/** The tenant's own and everybody's public ones. */
export async function listLibraries(
  queries: Queries,
  { tenant, namespace }: { tenant: Tenant; namespace: string | undefined },
): Promise<StoredLibrary[]> {
  const rows = await queries
    .select()
    .from(registryLibraries)
    .where(
      and(
        or(isOwn(tenant), eq(registryLibraries.visibility, "public")),
        namespace === undefined ? undefined : eq(registryLibraries.namespace, namespace),
      ),
    )
    .orderBy(asc(registryLibraries.namespace), asc(registryLibraries.name))
    .limit(LISTED_MAX);
  return rows.map(toLibrary);
}

function toLibrary(row: typeof registryLibraries.$inferSelect): StoredLibrary {
  return { ...row, items: items.parse(row.items) };
}

function isLibrary({ namespace, name }: LibraryKey) {
  return and(eq(registryLibraries.namespace, namespace), eq(registryLibraries.name, name));
}

function isOwn(tenant: Tenant) {
  return sql`exists (select 1 from ${registryNamespaces}
    where ${registryNamespaces.namespace} = ${registryLibraries.namespace}
      and ${registryNamespaces.owner} = ${tenant})`;
}
