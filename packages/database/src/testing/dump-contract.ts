import { testTenant } from "@lilux/testkit";
import { type SQL, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Database, Queries } from "../database.ts";
import { type Dumped, dumpTables, TABLES } from "../dump-tables.ts";
import { createFlywheelStore } from "../flywheel/flywheel-store.ts";
import { createLibraryRows } from "../libraries/library-rows.ts";
import { createRegistryStore } from "../registry/registry-store.ts";
import { type DumpLines, restoreTables } from "../restore-tables.ts";
import { createSecretStore } from "../secrets/secret-store.ts";
import { createTenantStore } from "../tenants/tenant-store.ts";
import { emptyDatabase, errorOf, newVersion, type OpenTestDatabase } from "./harness.ts";

/** For a machine whose cores others keep busy. */
export const PATIENT = { deadlineMs: 30_000 };

/** A row or more in every table, with what JSON and JavaScript make difficult. */
export async function fill(database: Database): Promise<void> {
  await createRegistryStore(database).publish(newVersion());
  await database.transaction(async (queries) => {
    const at = sql`'2026-11-22T20:00:00.123456Z'::timestamptz`;
    const record = sql`'{"big": 12345678901234567890, "text": "\\u00e9 \\" \\\\ \\n"}'::jsonb`;
    await queries.execute(
      sql`insert into flywheel_consents values ('acme', 'full', 'salt', ${at})`,
    );
    await queries.execute(sql`insert into flywheel_people_out values ('acme', 'p', ${at})`);
    await queries.execute(
      sql`insert into flywheel_turns (tenant, session_id, turn_id, person, at, level, redaction_version, record) select 'acme', 's', 't' || n, 'p', ${at}, 'full', 1, ${record} from generate_series(1, 450) n`,
    );
    await queries.execute(
      sql`insert into flywheel_reviews (tenant, turn_position, rule, call_digest, verdict, reviewer, at) select 'acme', min(position), 'accepted', 'none', 'accept', 'p', ${at} from flywheel_turns`,
    );
    await queries.execute(
      sql`insert into flywheel_ratings values ('acme', 's', 't1', 'up', ${at})`,
    );
    await queries.execute(
      sql`insert into flywheel_datasets (tenant, version, made_at, manifest) values ('acme', 'v1', ${at}, '{}')`,
    );
    await queries.execute(
      sql`insert into flywheel_dataset_rows (tenant, version, position, row, turn_position) select 'acme', 'v1', 0, '{}', min(position) from flywheel_turns`,
    );
    await queries.execute(
      sql`insert into flywheel_runs (tenant, run, kind, told_at, record) values ('acme', 'r1', 'router', ${at}, '{}')`,
    );
    await queries.execute(
      sql`insert into flywheel_models (tenant, model, kind, sha256, card, artefact, stage, added_at, staged_at) values ('acme', 'm1', 'router', 'ab', '{}', '{}', 'candidate', ${at}, ${at})`,
    );
    await queries.execute(
      sql`insert into flywheel_evaluations (tenant, model, at, passes, record) values ('acme', 'm1', ${at}, true, '{}')`,
    );
    await queries.execute(
      sql`insert into flywheel_switches (tenant, at, record) values ('acme', ${at}, '{}')`,
    );
    await queries.execute(
      sql`insert into flywheel_thresholds (tenant, at, by, mode, act, fit) values ('acme', ${at}, 'p', 'on', 0.75, '{}')`,
    );
    await queries.execute(
      sql`insert into flywheel_deployments (tenant, revision, told) values ('acme', 9007199254740993, 1)`,
    );
    await fillTenants(queries, at);
    await fillRegistry(queries, at);
  }, PATIENT);
}

async function fillTenants(queries: Queries, at: SQL): Promise<void> {
  for (const row of [
    sql`tenants values ('acme', 'active', 'team', '{}', '{}', null, ${at})`,
    sql`tenant_keys values ('k', 'acme', 'n', 'x', '{predict}', null, ${at}, 'ada', null, null, null)`,
    sql`tenant_people values ('acme', 'p', 'Ada', 'admin', 'active', ${at})`,
    sql`tenant_records values ('acme', 1, ${at}, 'ada', 'a', 't', '{}', 'x', 'y')`,
    sql`tenant_turns values ('acme', 's', 't', ${at})`,
    sql`tenant_usage values ('acme', '2026-11-22', 'p', 1, 2, 3, 4, 5, 6)`,
    sql`tenant_counted values ('acme', 'batch', ${at})`,
    sql`tenant_storage values ('acme', '2026-11-22', 2, ${at}, 1, 2, 3, 4, null, 6, 9007199254740993)`,
    sql`tenants_revision values (true, 7)`,
    sql`tenant_data_keys values ('acme', 'm1', 'w', ${at})`,
    sql`tenant_secrets values ('acme', 'TOKEN', 1, 's', ${at}, ${at}, 'ada')`,
    sql`library_places values ('acme', '{"kind":"folder"}', null, null, 1, 0, ${at}, 'x')`,
    sql`library_files values ('acme', 'knowledge/a.md', 'knowledge', 'A "b" \\ \u00e9', 'ab', 1, 'ada', ${at})`,
    sql`library_heads values ('acme', 1, 1, 3)`,
    sql`kiwi_members values ('k', 'kiwi-0:7001', ${at})`,
    sql`library_leases values ('acme', 'k', 9007199254740993, ${at})`,
  ]) {
    await queries.execute(sql`insert into ${row}`);
  }
}

async function fillRegistry(queries: Queries, at: SQL): Promise<void> {
  const item = sql.raw("'acme', 'directive', 'email/validate_email'");
  for (const row of [
    sql`registry_delegates values ('acme', 'person:p', 'ada', ${at}, null)`,
    sql`registry_reports (tenant, person, namespace, item_type, qualified_id, reason, at, state) values ('acme', 'p', ${item}, 'r', ${at}, 'open')`,
    sql`registry_take_downs values (${item}, 'r', 'op', ${at})`,
    sql`registry_downloads values (${item}, '1.0.0', 'acme', ${at})`,
    sql`registry_notices (tenant, at, kind, target, detail) values ('acme', ${at}, 'taken_down', 't', 'd')`,
    sql`registry_publishers values ('acme', '{acme}')`,
    sql`registry_records values ('acme', 1, ${at}, 'ada', 'a', 't', '{}', 'x', 'y')`,
    sql`registry_libraries values ('acme', 'mail', '1.0.0', 'public', 'd', 'c', '[]', 'acme', ${at}, 'k', 'p', 's')`,
    sql`registry_subscriptions values ('acme', 'acme', 'mail', '^1', true, '1.0.0', null, 'p', ${at}, ${at})`,
  ]) {
    await queries.execute(sql`insert into ${row}`);
  }
}

export async function dump(database: Database): Promise<{ lines: string[]; dumped: Dumped }> {
  const lines: string[] = [];
  const dumped = await dumpTables(database, async (line) => void lines.push(line.trimEnd()));
  return { lines, dumped };
}

export function from(lines: readonly string[]): DumpLines {
  return async function* () {
    yield* lines;
  };
}

/** What a deletion does beside the flywheel's part. */
export async function deleteOthers(database: Database): Promise<void> {
  const registry = createRegistryStore(database);
  expect(await registry.deleteNamespace(testTenant("acme"), PATIENT)).toMatchObject({
    "items in the registry": 1,
  });
  expect(await createSecretStore(database, PATIENT).forget(testTenant("acme"))).toBe(1);
  expect(await createLibraryRows(database, PATIENT).forget(testTenant("acme"))).toBe(1);
  const tenants = createTenantStore(database, PATIENT);
  const act = { actor: "operator", at: 1_764_000_000_000 };
  await tenants.beginDeletion({ tenant: testTenant("acme"), without: [] }, act);
  await tenants.endDeletion(testTenant("acme"), act);
}

export function describeDumpContract(open: OpenTestDatabase): void {
  // Mutants: rows parsed and written by JavaScript; `overriding system value` left out; `tablesByDepth` with one group.
  test("a dump has every row of every table, and restored into an empty database gives the same dump", async () => {
    const database = await open();
    await fill(database);
    const { lines, dumped } = await dump(database);
    expect(Object.keys(dumped.rows)).toEqual(TABLES);
    const there = (await database.transaction((queries) =>
      queries.execute(
        sql`select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE' and table_name <> 'lilux_migrations'`,
      ),
    )) as { name: string }[];
    expect(there.map(({ name }) => name).toSorted()).toEqual(TABLES.toSorted());
    expect(Object.entries(dumped.rows).filter(([, rows]) => rows === 0)).toEqual([]);
    expect(lines.length).toBe(Object.values(dumped.rows).reduce((a, b) => a + b, 0));
    await emptyDatabase(database);
    expect(await restoreTables(database, from(lines), dumped)).toEqual(dumped.rows);
    expect(await dump(database)).toEqual({ lines, dumped });
    // Whatever order modules and tables are listed in: rows that others refer to come first.
    await emptyDatabase(database);
    await restoreTables(database, from(lines.toReversed()), dumped);
    expect((await dump(database)).lines.toSorted()).toEqual(lines.toSorted());
    // What comes after does not take the place of what came back.
    const positions = await database.transaction((queries) =>
      queries.execute(
        sql`insert into flywheel_turns (tenant, session_id, turn_id, person, at, level, redaction_version, record) values ('acme', 's', 'next', 'p', now(), 'full', 1, '{}') returning position > (select max(position) from flywheel_turns) as after`,
      ),
    );
    expect(positions).toEqual([{ after: true }]);
  });

  // A table that is new holds a row of this tenant in `fill`, and fails here until deletion knows it.
  test("a tenant that is deleted leaves its name and what was done to it, and no other row", async () => {
    const database = await open();
    await fill(database);
    const flywheel = createFlywheelStore(database, PATIENT);
    expect(await flywheel.leftElsewhere(testTenant("acme"))).toMatchObject({
      datasets: ["v1"],
      runs: ["r1"],
    });
    const kept = await flywheel.deleteTenant(testTenant("acme"));
    expect(kept).toMatchObject({ "kept turns": 450, datasets: 1, models: 1 });
    expect(await flywheel.deleteTenant(testTenant("acme"))).toEqual({});
    await deleteOthers(database);
    const { dumped } = await dump(database);
    const left = Object.entries(dumped.rows).filter(([, rows]) => rows > 0);
    expect(left.map(([table]) => table).sort()).toEqual([
      // No tenant's: the tool cores that there are.
      "kiwi_members",
      // Reserved: its names never come to anybody else.
      "registry_namespaces",
      "tenant_records",
      "tenants",
      "tenants_revision",
    ]);
  });

  test("nothing is restored over rows, from another schema, or from what is no dump", async () => {
    const database = await open();
    await createRegistryStore(database).publish(newVersion());
    const { lines, dumped } = await dump(database);
    const refusals = [
      restoreTables(database, from(lines), dumped),
      restoreTables(database, from(lines), { migrations: dumped.migrations.slice(1) }),
    ];
    for (const refused of refusals) expect((await errorOf(refused)).code).toBe("config_invalid");
    await emptyDatabase(database);
    const torn = restoreTables(database, from([...lines, '{"table":"pg_class","row":{}}']), dumped);
    expect((await errorOf(torn)).code).toBe("config_invalid");
    const { dumped: nothing } = await dump(database);
    expect(new Set(Object.values(nothing.rows))).toEqual(new Set([0]));
  });
}
