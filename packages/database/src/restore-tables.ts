import { isDeepStrictEqual } from "node:util";
import { LiluxError } from "@lilux/protocol";
import { sql } from "drizzle-orm";
import type { Database, Queries } from "./database.ts";
import { appliedMigrations, DUMP_MS, type DumpedSchema, TABLES } from "./dump-tables.ts";
import { tablesByDepth } from "./tables-by-depth.ts";

export const LINE = /^\{"table":"([a-z_]+)","row":(.*)\}$/s;
const PAGE_ROWS = 200;

/** The lines of a dump from its beginning, as often as they are asked for. */
export type DumpLines = () => AsyncIterable<string>;

/**
 * Takes the lines of a dump into an empty database, all of them or none, in whatever order they stand. Throws
 * `config_invalid` where it has rows, and for a dump of another schema. Returns the number of rows by table.
 */
export async function restoreTables(
  database: Database,
  lines: DumpLines,
  { migrations }: DumpedSchema,
): Promise<Record<string, number>> {
  return database.transaction(
    async (queries) => {
      await assertSameSchema(queries, migrations);
      await assertEmpty(queries);
      const rows = Object.fromEntries(TABLES.map((table) => [table, 0]));
      for (const group of await tablesByDepth(queries)) {
        for await (const { table, texts } of pagesOf(lines(), new Set(group))) {
          await insertRows(queries, table, texts);
          rows[table] = (rows[table] ?? 0) + texts.length;
        }
      }
      await continueIdentities(queries);
      return rows;
    },
    { deadlineMs: DUMP_MS },
  );
}

/** Throws `config_invalid` for a dump of another schema. */
export async function assertSameSchema(
  queries: Queries,
  migrations: DumpedSchema["migrations"],
): Promise<void> {
  if (isDeepStrictEqual(await appliedMigrations(queries), migrations)) return;
  throw new LiluxError("config_invalid", {
    message:
      "The backup's database is of another version of Lilux. Restore it with the version that made it, and update then.",
  });
}

async function assertEmpty(queries: Queries): Promise<void> {
  for (const table of TABLES) {
    const found = await queries.execute(sql`select 1 from ${sql.identifier(table)} limit 1`);
    if ((found as unknown[]).length === 0) continue;
    throw new LiluxError("config_invalid", {
      message: `The database is not empty: ${table} has rows. Restore into a new one.`,
    });
  }
}

interface Page {
  table: string;
  texts: string[];
}

/** Those of some tables. Throws for a line that is none of any. */
async function* pagesOf(
  lines: AsyncIterable<string>,
  tables: ReadonlySet<string>,
): AsyncGenerator<Page> {
  let page: Page | undefined;
  for await (const line of lines) {
    const [, table = "", text = ""] = LINE.exec(line) ?? [];
    if (!TABLES.includes(table)) {
      throw new LiluxError("config_invalid", { message: "The backup's database is damaged." });
    }
    if (!tables.has(table)) continue;
    if (page !== undefined && (page.table !== table || page.texts.length >= PAGE_ROWS)) {
      yield page;
      page = undefined;
    }
    page ??= { table, texts: [] };
    page.texts.push(text);
  }
  if (page !== undefined) yield page;
}

/** Rows as a dump has them; with `orLeave`, those that are there already stay as they are. */
export async function insertRows(
  queries: Queries,
  table: string,
  texts: readonly string[],
  { orLeave }: { orLeave: boolean } = { orLeave: false },
): Promise<void> {
  const name = sql.identifier(table);
  const unless = orLeave ? sql` on conflict do nothing` : sql``;
  await queries.execute(
    sql`insert into ${name} overriding system value select * from jsonb_populate_recordset(null::${name}, ${`[${texts.join(",")}]`}::jsonb)${unless}`,
  );
}

/** Numbers that the database gives go on after those that came back. */
async function continueIdentities(queries: Queries): Promise<void> {
  const found = await queries.execute(
    sql`select c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attidentity <> '' and c.relnamespace = current_schema()::regnamespace`,
  );
  for (const { table, column } of found as { table: string; column: string }[]) {
    if (!TABLES.includes(table)) continue;
    const [name, number] = [sql.identifier(table), sql.identifier(column)];
    await queries.execute(
      sql`select setval(pg_get_serial_sequence(${table}, ${column}), coalesce((select max(${number}) from ${name}), 0) + 1, false)`,
    );
  }
}
