import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Database, findTenant, restoreTenant } from "@lilux/database";
import { LiluxError, type Tenant } from "@lilux/protocol";
import { variableOf } from "./databases-of.ts";
import { linesOf } from "./journal-lines.ts";
import type { Manifest } from "./manifest.ts";

export interface OneTenant {
  tenant: Tenant;
  /** By the names of their files in a backup. */
  databases: Readonly<Record<string, Database>>;
  /** The tool core's; undefined where it is not at hand, and keys stay where they are. */
  stateDirectory: string | undefined;
  actor: string;
  at: number;
}

export interface RestoredTenant {
  rows: Record<string, number>;
  signingKeys: number;
}

/**
 * One tenant of a backup into an instance that is stopped and has others. Streams are left alone, and so
 * are folders: what of a library is in neither the database nor a state folder was not in the backup.
 * Whoever is refused in the middle, of several databases, repeats the same.
 */
export async function restoreOneTenant(
  directory: string,
  { databases: dumps, markedAt }: Manifest,
  { tenant, databases, stateDirectory, actor, at }: OneTenant,
): Promise<RestoredTenant> {
  const names = new Set<string>([tenant]);
  let isThere = false;
  for (const file of Object.keys(dumps)) {
    if (databases[file] === undefined) throw unnamed(file);
    const found = await findTenant(linesOf(join(directory, file)), tenant);
    isThere ||= found.isThere;
    for (const name of found.names) names.add(name);
  }
  if (!isThere) {
    throw new LiluxError("config_invalid", {
      message: `The backup has no tenant ${tenant}. Nothing was restored.`,
    });
  }
  const rows: Record<string, number> = {};
  for (const [file, dump] of Object.entries(dumps)) {
    const database = databases[file];
    if (database === undefined) throw unnamed(file);
    const lines = () => linesOf(join(directory, file));
    const given = { tenant, names, markedAt, actor, at };
    const came = await restoreTenant(database, lines, dump, given);
    for (const [table, count] of Object.entries(came)) rows[table] = (rows[table] ?? 0) + count;
  }
  const signingKeys =
    stateDirectory === undefined ? 0 : await bringKeys(directory, stateDirectory, names);
  return { rows, signingKeys };
}

/** Keys that sign for its namespaces, where there are none of that name any more. */
async function bringKeys(
  directory: string,
  stateDirectory: string,
  names: ReadonlySet<string>,
): Promise<number> {
  const from = join(directory, "state", "registry", "keys");
  const to = join(stateDirectory, "registry", "keys");
  const kept = await readdir(from).catch((): string[] => []);
  const own = kept.filter((name) => names.has(name.split(".")[0] ?? ""));
  if (own.length === 0) return 0;
  await mkdir(to, { recursive: true, mode: 0o700 });
  const there = new Set(await readdir(to));
  const gone = own.filter((name) => !there.has(name));
  for (const name of gone) await copyFile(join(from, name), join(to, name));
  return gone.length;
}

function unnamed(file: string): LiluxError {
  return new LiluxError("config_invalid", {
    message: `The backup has ${file}. Name the database to restore the tenant into: ${variableOf(file)}.`,
  });
}
