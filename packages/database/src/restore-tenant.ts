import { LiluxError, type Tenant } from "@lilux/protocol";
import { sql } from "drizzle-orm";
import type { Database, Queries } from "./database.ts";
import { DUMP_MS, type DumpedSchema, TABLES } from "./dump-tables.ts";
import { assertSameSchema, type DumpLines, insertRows, LINE } from "./restore-tables.ts";
import { tablesByDepth } from "./tables-by-depth.ts";
import { addRecord } from "./tenants/admin-records.ts";
import { RESTORED } from "./tenants/tenant-deletion.ts";
import { bumpRevision } from "./tenants/tenant-rows.ts";

export interface TenantToRestore {
  tenant: Tenant;
  /** The namespaces that were its own. */
  names: ReadonlySet<string>;
  /** When the backup was begun (Unix ms). */
  markedAt: number;
  /** Who restores it, for its records. */
  actor: string;
  at: number;
}

/** Processes' own: a lease that came back would outdo whoever holds the library now. */
const NEVER: ReadonlySet<string> = new Set(["kiwi_members", "library_leases", "tenants_revision"]);
/** Chains, in which every record holds the hash of the one before: what is there goes on. */
const CHAINS: ReadonlySet<string> = new Set(["tenant_records", "registry_records"]);
/** What was taken since the mark was taken all the same: nothing goes off a bill, and nothing counts twice. */
const ONLY_MORE: ReadonlySet<string> = new Set(["tenant_usage", "tenant_turns", "tenant_counted"]);

/** How rows of a table come back: in the place of those that were there, or beside them. */
type Way = "replaced" | "added";

/**
 * One tenant as it was in a dump, among others that stay as they are: all of it or nothing. Its records
 * go on, with this on them. Of what it published only what is gone comes back. Throws `config_invalid`
 * for a dump of another schema, while the tenant is being deleted, and where a namespace of it is
 * somebody else's by now. Returns the number of rows by table, without those that are none.
 */
export async function restoreTenant(
  database: Database,
  lines: DumpLines,
  { migrations }: DumpedSchema,
  { tenant, names, markedAt, actor, at }: TenantToRestore,
): Promise<Record<string, number>> {
  return database.transaction(
    async (queries) => {
      await assertSameSchema(queries, migrations);
      await assertRestorable(queries, tenant, names);
      const groups = await tablesByDepth(queries);
      const ways = await makeRoom(queries, tenant, groups.flat().toReversed());
      const rows: Record<string, number> = {};
      for (const group of groups) {
        for await (const { table, text } of rowsOf(lines(), tenant, names)) {
          const way = group.includes(table) ? ways.get(table) : undefined;
          if (way === undefined) continue;
          await insertRows(queries, table, [text], { orLeave: way === "added" });
          rows[table] = (rows[table] ?? 0) + 1;
        }
      }
      await ownAgain(queries, tenant, names);
      // Where tenants have a database of their own, what is done to them stands there.
      if (rows["tenants"] === undefined) return rows;
      const act = { tenant, actor, at, action: RESTORED, target: tenant, detail: { markedAt } };
      await addRecord(queries, act);
      await bumpRevision(queries);
      return rows;
    },
    { deadlineMs: DUMP_MS },
  );
}

/** Whether a dump has a tenant, and which namespaces were its own. */
export async function findTenant(
  lines: AsyncIterable<string>,
  tenant: string,
): Promise<{ isThere: boolean; names: Set<string> }> {
  const names = new Set<string>();
  let isThere = false;
  for await (const { table, row } of parsed(lines)) {
    if (table === "tenants" && row["tenant"] === tenant) isThere = row["state"] !== "deleted";
    if (table !== "registry_namespaces" || row["owner"] !== tenant) continue;
    names.add(String(row["namespace"]));
  }
  return { isThere, names };
}

interface Row {
  table: string;
  row: Record<string, unknown>;
  /** As Postgres wrote it: numbers of any size are in it as they were. */
  text: string;
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<Row> {
  for await (const line of lines) {
    const [, table = "", text = ""] = LINE.exec(line) ?? [];
    if (!TABLES.includes(table)) throw refused("The backup's database is damaged.");
    yield { table, text, row: JSON.parse(text) as Record<string, unknown> };
  }
}

async function* rowsOf(
  lines: AsyncIterable<string>,
  tenant: string,
  names: ReadonlySet<string>,
): AsyncGenerator<Row> {
  for await (const found of parsed(lines)) {
    const { row } = found;
    // What others have of its namespaces, as a subscription, is theirs.
    const isTheirs =
      "tenant" in row ? row["tenant"] === tenant : names.has(String(row["namespace"]));
    if (isTheirs) yield found;
  }
}

async function assertRestorable(
  queries: Queries,
  tenant: string,
  names: ReadonlySet<string>,
): Promise<void> {
  const states = (await queries.execute(
    sql`select state from tenants where tenant = ${tenant} for update`,
  )) as { state: string }[];
  if (states[0]?.state === "deleting") {
    throw refused(`${tenant} is being deleted. Wait until that has ended, and restore it then.`);
  }
  const owned = (await queries.execute(
    sql`select namespace, owner from registry_namespaces where owner is not null and owner <> ${tenant}`,
  )) as { namespace: string; owner: string }[];
  const lost = owned.find(({ namespace }) => names.has(namespace));
  if (lost === undefined) return;
  throw refused(`The namespace ${lost.namespace} of ${tenant} is ${lost.owner}'s by now.`);
}

async function tablesWithTenant(queries: Queries): Promise<Set<string>> {
  const found = (await queries.execute(
    sql`select table_name from information_schema.columns where table_schema = current_schema() and column_name = 'tenant'`,
  )) as { table_name: string }[];
  return new Set(found.map(({ table_name }) => table_name));
}

/**
 * Takes away what of the tenant gives way to what comes back, and says how that comes; of some tables nothing
 * does. Tables whose rows refer to others' stand before those.
 */
async function makeRoom(
  queries: Queries,
  tenant: string,
  tables: readonly string[],
): Promise<ReadonlyMap<string, Way>> {
  const withTenant = await tablesWithTenant(queries);
  const ways = new Map<string, Way>();
  for (const table of tables.filter((name) => !NEVER.has(name))) {
    const name = sql.identifier(table);
    if (CHAINS.has(table)) {
      const found = await queries.execute(
        sql`select 1 from ${name} where tenant = ${tenant} limit 1`,
      );
      if ((found as unknown[]).length === 0) ways.set(table, "added");
    } else if (!withTenant.has(table) || ONLY_MORE.has(table)) {
      ways.set(table, "added");
    } else {
      await queries.execute(sql`delete from ${name} where tenant = ${tenant}`);
      ways.set(table, "replaced");
    }
  }
  return ways;
}

/** Names that were reserved when it was deleted. */
async function ownAgain(
  queries: Queries,
  tenant: string,
  names: ReadonlySet<string>,
): Promise<void> {
  for (const namespace of names) {
    await queries.execute(
      sql`update registry_namespaces set owner = ${tenant} where namespace = ${namespace} and owner is null`,
    );
  }
}

function refused(message: string): LiluxError {
  return new LiluxError("config_invalid", { message: `${message} Nothing was restored.` });
}
