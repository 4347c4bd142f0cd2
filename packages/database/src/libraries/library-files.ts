import type { ItemType, Tenant } from "@lilux/protocol";
import { and, asc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { libraryFiles, libraryHeads, libraryLeases } from "./libraries-schema.ts";

export interface LibraryHead {
  /** 0 where nothing was ever written. */
  version: number;
  /** sha256 by path. */
  files: ReadonlyMap<string, string>;
}

export interface NewLibraryFile {
  path: string;
  itemType: ItemType | undefined;
  /** Undefined for one that is deleted. */
  content: string | undefined;
  sha256: string | undefined;
  /** What the change was based on: undefined for none, `any` where it does not matter. */
  before: string | undefined | "any";
}

export interface LibraryWrite {
  tenant: Tenant;
  changes: readonly NewLibraryFile[];
  by: string;
  at: number;
  /** Whose lease it is written under; undefined where nobody holds one. */
  lease: { holder: string; token: number } | undefined;
  filesMax: number;
  bytesMax: number;
}

export type LibraryWritten =
  | { kind: "written"; version: number }
  | { kind: "conflict"; path: string; actual: string | undefined }
  /** The lease is somebody else's by now, or nobody's. */
  | { kind: "fenced" }
  | { kind: "full"; limit: "files" | "bytes" };

export async function readHead(queries: Queries, tenant: Tenant): Promise<LibraryHead> {
  const [head] = await queries
    .select({ version: libraryHeads.version })
    .from(libraryHeads)
    .where(eq(libraryHeads.tenant, tenant));
  const rows = await queries
    .select({ path: libraryFiles.path, sha256: libraryFiles.sha256 })
    .from(libraryFiles)
    .where(and(eq(libraryFiles.tenant, tenant), isNotNull(libraryFiles.content)))
    .orderBy(asc(libraryFiles.path));
  const files = new Map(rows.map(({ path, sha256 }) => [path, sha256 ?? ""]));
  return { version: head?.version ?? 0, files };
}

export async function readFiles(
  queries: Queries,
  { tenant, paths }: { tenant: Tenant; paths: readonly string[] },
): Promise<Map<string, string>> {
  const rows = await queries
    .select({ path: libraryFiles.path, content: libraryFiles.content })
    .from(libraryFiles)
    .where(and(eq(libraryFiles.tenant, tenant), inArray(libraryFiles.path, [...paths])));
  return new Map(rows.map(({ path, content }) => [path, content ?? ""]));
}

/** All of it or nothing. One writer of a library at a time: whoever comes second waits for the first one's commit. */
export async function writeFiles(queries: Queries, write: LibraryWrite): Promise<LibraryWritten> {
  const { tenant, changes, lease } = write;
  await queries
    .insert(libraryHeads)
    .values({ tenant, version: 0, files: 0, bytes: 0 })
    .onConflictDoNothing();
  const [head] = await queries
    .select()
    .from(libraryHeads)
    .where(eq(libraryHeads.tenant, tenant))
    .for("update");
  if (lease !== undefined && !(await isHeld(queries, tenant, lease))) return { kind: "fenced" };
  const paths = changes.map(({ path }) => path);
  const there = await sizesOf(queries, tenant, paths);
  for (const { path, before } of changes) {
    const actual = there.get(path)?.sha256;
    if (before !== "any" && before !== actual) return { kind: "conflict", path, actual };
  }
  const version = (head?.version ?? 0) + 1;
  const grown = growth(changes, there);
  const files = (head?.files ?? 0) + grown.files;
  const bytes = (head?.bytes ?? 0) + grown.bytes;
  if (grown.files > 0 && files > write.filesMax) return { kind: "full", limit: "files" };
  if (grown.bytes > 0 && bytes > write.bytesMax) return { kind: "full", limit: "bytes" };
  for (const change of changes) await putFile(queries, write, change, version);
  await queries
    .update(libraryHeads)
    .set({ version, files, bytes })
    .where(eq(libraryHeads.tenant, tenant));
  return { kind: "written", version };
}

/** The row is held until the write is committed: nobody takes the lease over in between. */
async function isHeld(
  queries: Queries,
  tenant: Tenant,
  { holder, token }: { holder: string; token: number },
): Promise<boolean> {
  const rows = await queries
    .select({ token: libraryLeases.token })
    .from(libraryLeases)
    .where(
      and(
        eq(libraryLeases.tenant, tenant),
        eq(libraryLeases.holder, holder),
        eq(libraryLeases.token, token),
        sql`${libraryLeases.expiresAt} > clock_timestamp()`,
      ),
    )
    .for("share");
  return rows.length > 0;
}

type Sizes = ReadonlyMap<string, { sha256: string; bytes: number }>;

async function sizesOf(queries: Queries, tenant: Tenant, paths: readonly string[]): Promise<Sizes> {
  const rows = await queries
    .select({
      path: libraryFiles.path,
      sha256: libraryFiles.sha256,
      bytes: sql<number>`octet_length(${libraryFiles.content})`.mapWith(Number),
    })
    .from(libraryFiles)
    .where(
      and(
        eq(libraryFiles.tenant, tenant),
        inArray(libraryFiles.path, [...paths]),
        isNotNull(libraryFiles.content),
      ),
    );
  return new Map(rows.map(({ path, sha256, bytes }) => [path, { sha256: sha256 ?? "", bytes }]));
}

function growth(
  changes: readonly NewLibraryFile[],
  there: Sizes,
): { files: number; bytes: number } {
  let files = 0;
  let bytes = 0;
  for (const { path, content } of changes) {
    const before = there.get(path);
    files += (content === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    bytes += (content === undefined ? 0 : Buffer.byteLength(content)) - (before?.bytes ?? 0);
  }
  return { files, bytes };
}

async function putFile(
  queries: Queries,
  { tenant, by, at }: LibraryWrite,
  { path, itemType, content, sha256 }: NewLibraryFile,
  version: number,
): Promise<void> {
  const row = {
    itemType: itemType ?? null,
    content: content ?? null,
    sha256: sha256 ?? null,
    version,
    changedBy: by,
    changedAt: new Date(at),
  };
  await queries
    .insert(libraryFiles)
    .values({ tenant, path, ...row })
    .onConflictDoUpdate({ target: [libraryFiles.tenant, libraryFiles.path], set: row });
}
