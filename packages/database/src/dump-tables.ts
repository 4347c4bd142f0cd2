import { getTableName, type SQL, sql } from "drizzle-orm";
import type { Database, Queries } from "./database.ts";
import * as librariesSchema from "./libraries/libraries-schema.ts";
import * as registrySchema from "./registry/registry-schema.ts";
import * as schema from "./schema.ts";
import * as secretsSchema from "./secrets/secrets-schema.ts";
import * as tenantsSchema from "./tenants/tenants-schema.ts";

/** Every one that holds rows of anybody, in no order: what refers to what, the database knows. */
export const TABLES: readonly string[] = [
  ...Object.values(schema),
  ...Object.values(tenantsSchema),
  ...Object.values(secretsSchema),
  ...Object.values(registrySchema),
  ...Object.values(librariesSchema),
].map((table) => getTableName(table));

/** What a dump is of: only the same schema takes it back. */
export interface DumpedSchema {
  migrations: { name: string; sha256: string }[];
}

export interface Dumped extends DumpedSchema {
  rows: Record<string, number>;
}

/** A whole dump is one transaction. */
export const DUMP_MS = 10 * 60_000;
const PAGE_ROWS = 200;

/**
 * All rows at one moment, each a line `{"table":…,"row":…}` handed to `write`, as Postgres itself
 * writes them in JSON. Others go on reading and writing meanwhile; of an embedded database they wait.
 */
export async function dumpTables(
  database: Database,
  write: (line: string) => Promise<void>,
): Promise<Dumped> {
  return database.transaction(
    async (queries) => {
      await queries.execute(sql`set transaction isolation level repeatable read, read only`);
      const rows: Record<string, number> = {};
      for (const table of TABLES) rows[table] = await dumpTable(queries, table, write);
      return { migrations: await appliedMigrations(queries), rows };
    },
    { deadlineMs: DUMP_MS },
  );
}

async function dumpTable(
  queries: Queries,
  table: string,
  write: (line: string) => Promise<void>,
): Promise<number> {
  const name = JSON.stringify(table);
  await queries.execute(
    sql`declare dump no scroll cursor for select to_jsonb(t)::text as text from ${sql.identifier(table)} t`,
  );
  let rows = 0;
  for (;;) {
    const page = await textsOf(queries, sql`fetch ${sql.raw(String(PAGE_ROWS))} from dump`);
    // The row stays Postgres's own text: numbers of any size come back as they were.
    for (const text of page) await write(`{"table":${name},"row":${text}}\n`);
    rows += page.length;
    if (page.length < PAGE_ROWS) break;
  }
  await queries.execute(sql`close dump`);
  return rows;
}

async function textsOf(queries: Queries, statement: SQL): Promise<string[]> {
  const rows = (await queries.execute(statement)) as { text: string }[];
  return rows.map(({ text }) => text);
}

export async function appliedMigrations(queries: Queries): Promise<DumpedSchema["migrations"]> {
  const rows = await queries.execute(sql`select name, sha256 from lilux_migrations order by name`);
  return (rows as { name: string; sha256: string }[]).map(({ name, sha256 }) => ({ name, sha256 }));
}
