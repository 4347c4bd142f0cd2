import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { sql } from "drizzle-orm";
import type { Queries } from "./database.ts";

const FOLDER = join(import.meta.dirname, "..", "migrations");
const BETWEEN_STATEMENTS = /^--> statement$/m;
/** Any number no other program takes for its advisory lock. */
const LOCK = 7_117_204_411;

interface Migration {
  name: string;
  text: string;
  sha256: string;
}

/**
 * Applies what is missing, in the order of the files' names, within the given
 * transaction: all of it or nothing. Of several processes that start at once,
 * one does it and the others wait. Throws `config_invalid` for a database whose
 * applied migrations are not the beginning of ours: it belongs to another
 * version of the program.
 */
export async function migrate(queries: Queries): Promise<void> {
  const migrations = await readMigrations();
  await queries.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`);
  await queries.execute(
    sql`create table if not exists lilux_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
  );
  const rows = await queries.execute(sql`select name, sha256 from lilux_migrations order by name`);
  const applied = rows as { name: string; sha256: string }[];
  assertSameBeginning(applied, migrations);
  for (const { name, text, sha256 } of migrations.slice(applied.length)) {
    for (const statement of text.split(BETWEEN_STATEMENTS)) {
      await queries.execute(sql.raw(statement));
    }
    await queries.execute(
      sql`insert into lilux_migrations (name, sha256) values (${name}, ${sha256})`,
    );
  }
  // At every start: tables are made by migrations of any number, and the role may have come since.
  await queries.execute(sql`select lilux_keep_tenants_apart()`);
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(FOLDER, name), "utf8");
      return { name, text, sha256: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

function assertSameBeginning(
  applied: readonly { name: string; sha256: string }[],
  migrations: readonly Migration[],
): void {
  const stranger = applied.find(({ name, sha256 }, index) => {
    const ours = migrations[index];
    return ours === undefined || ours.name !== name || ours.sha256 !== sha256;
  });
  if (stranger === undefined) return;
  throw new LiluxError("config_invalid", {
    message: `The database was made by another version of Lilux: its migration ${stranger.name} is not ours. Use the version that made it, or another database.`,
  });
}
