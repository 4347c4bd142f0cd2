import { sql } from "drizzle-orm";
import type { Queries } from "./database.ts";
import { TABLES } from "./dump-tables.ts";

/**
 * The tables of a dump in groups, as the database itself knows them: those that refer to no other, then
 * those that refer to these, and so on. Rows come back in this order, whatever order a dump has them in.
 */
export async function tablesByDepth(queries: Queries): Promise<string[][]> {
  const found = (await queries.execute(
    sql`select distinct f.relname as "from", t.relname as "to" from pg_constraint c join pg_class f on f.oid = c.conrelid join pg_class t on t.oid = c.confrelid where c.contype = 'f' and c.connamespace = current_schema()::regnamespace and c.conrelid <> c.confrelid`,
  )) as { from: string; to: string }[];
  const groups: string[][] = [];
  let left = [...TABLES];
  while (left.length > 0) {
    const waits = new Set(found.filter(({ to }) => left.includes(to)).map(({ from }) => from));
    const next = left.filter((table) => !waits.has(table));
    if (next.length === 0) throw new Error(`tables refer to each other: ${left.join(", ")}`);
    groups.push(next);
    left = left.filter((table) => waits.has(table));
  }
  return groups;
}
