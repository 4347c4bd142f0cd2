import { testTenant } from "@lilux/testkit";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Database } from "../database.ts";
import { createFlywheelStore } from "../flywheel/flywheel-store.ts";
import { findTenant, restoreTenant } from "../restore-tenant.ts";
import { createTenantStore } from "../tenants/tenant-store.ts";
import { deleteOthers, dump, fill, from, PATIENT } from "./dump-contract.ts";
import { errorOf, type OpenTestDatabase } from "./harness.ts";

const RESTORED = {
  tenant: testTenant("acme"),
  names: new Set(["acme"]),
  markedAt: 1_764_000_000_000,
  actor: "operator",
  at: 1_764_000_100_000,
};
/** A chain goes on, what processes hold is theirs, and gateways have to look anew. */
const APART = [
  "tenant_records",
  "registry_records",
  "kiwi_members",
  "library_leases",
  "tenants_revision",
];

interface Line {
  table: string;
  row: Record<string, unknown>;
}

const read = (lines: readonly string[]): Line[] => lines.map((line) => JSON.parse(line) as Line);
const isAcmes = ({ row }: Line): boolean =>
  "tenant" in row ? row["tenant"] === "acme" : row["namespace"] === "acme";

/** Rows that came back as they were have the same text. */
function acmesOf(lines: readonly string[]): string[] {
  const kept = read(lines).filter((line) => isAcmes(line) && !APART.includes(line.table));
  return kept.map((line) => JSON.stringify(line)).toSorted();
}

function othersOf(lines: readonly string[]): string[] {
  const kept = read(lines).filter((line) => !isAcmes(line) && line.table !== "tenants_revision");
  return kept.map((line) => JSON.stringify(line)).toSorted();
}

async function run(database: Database, ...statements: string[]): Promise<void> {
  await database.transaction(async (queries) => {
    for (const statement of statements) await queries.execute(sql.raw(statement));
  }, PATIENT);
}

const GLOBEX = [
  "insert into tenants values ('globex', 'active', 'team', '{}', '{}', null, now())",
  "insert into tenant_keys values ('g', 'globex', 'n', 'x', '{predict}', null, now(), 'ada', null, null, null)",
  "insert into tenant_usage values ('globex', '2026-11-22', 'p', 1, 2, 3, 4, 5, 6)",
  `insert into library_places values ('globex', '{"kind":"database"}', null, null, 1, 0, now(), 'x')`,
  "insert into library_files values ('globex', 'knowledge/g.md', 'knowledge', 'G', 'cd', 1, 'ada', now())",
  "insert into registry_subscriptions values ('globex', 'acme', 'mail', '^1', true, '1.0.0', null, 'p', now(), now())",
];

export function describeRestoreContract(open: OpenTestDatabase): void {
  // Mutants: rows of all tenants come back; subscriptions of others to its libraries do; the chain is replaced.
  test("a tenant that was deleted comes back as it was, with its records going on, and no other row changes", async () => {
    const database = await open();
    await fill(database);
    await run(database, ...GLOBEX);
    const { lines, dumped } = await dump(database);
    await createFlywheelStore(database, PATIENT).deleteTenant(testTenant("acme"));
    await deleteOthers(database);
    await run(
      database,
      "update library_files set content = 'G2' where tenant = 'globex'",
      "delete from registry_subscriptions where tenant = 'globex'",
      "update tenant_usage set turns = 9 where tenant = 'globex'",
    );
    const others = othersOf((await dump(database)).lines);
    const came = await restoreTenant(database, from(lines), dumped, RESTORED);
    expect(came).toMatchObject({
      tenants: 1,
      tenant_keys: 1,
      library_files: 1,
      flywheel_turns: 450,
    });
    const after = await dump(database);
    expect(acmesOf(after.lines)).toEqual(acmesOf(lines));
    expect(othersOf(after.lines)).toEqual(others);
    const records = read(after.lines).filter(
      ({ table, row }) => table === "tenant_records" && row["tenant"] === "acme",
    );
    expect(records.map(({ row }) => row["position"])).toEqual(records.map((_, at) => at + 1));
    expect(records.at(-1)?.row).toMatchObject({ action: "tenant-restored", actor: "operator" });
    const tenants = createTenantStore(database, PATIENT);
    expect(await tenants.deletedSince(0)).toEqual([]);
    expect(await tenants.deletion(testTenant("acme"))).toBeUndefined();
    // It can be deleted again, and is then told of as of this time alone.
    await tenants.beginDeletion(
      { tenant: testTenant("acme"), without: [] },
      { actor: "eve", at: 1 },
    );
    expect(await tenants.deletion(testTenant("acme"))).toMatchObject({
      state: "deleting",
      begunBy: "eve",
    });
    const during = restoreTenant(database, from(lines), dumped, RESTORED);
    expect((await errorOf(during)).code).toBe("config_invalid");
  });

  // Mutants: usage is replaced as other rows are; the state of its namespace is not looked at.
  test("a damaged tenant comes back, what it took since stays on its bill, and nothing is taken from who has its name now", async () => {
    const database = await open();
    await fill(database);
    await run(database, ...GLOBEX);
    const { lines, dumped } = await dump(database);
    await run(
      database,
      "update library_files set content = 'spoiled' where tenant = 'acme'",
      "delete from tenant_keys where tenant = 'acme'",
      "update tenant_usage set turns = 70 where tenant = 'acme'",
      "insert into tenant_usage values ('acme', '2026-11-23', 'p', 5, 0, 0, 0, 0, 0)",
    );
    await restoreTenant(database, from(lines), dumped, RESTORED);
    const now = read((await dump(database)).lines).filter(isAcmes);
    const of = (name: string) => now.filter(({ table }) => table === name).map(({ row }) => row);
    expect(of("library_files")).toMatchObject([{ content: 'A "b" \\ \u00e9' }]);
    expect(of("tenant_keys")).toMatchObject([{ key_id: "k" }]);
    expect(of("tenant_usage").map(({ turns }) => turns)).toEqual([70, 5]);
    expect(await findTenant(from(lines)(), "acme")).toEqual({
      isThere: true,
      names: RESTORED.names,
    });
    expect(await findTenant(from(lines)(), "nobody")).toEqual({ isThere: false, names: new Set() });
    await run(database, "update registry_namespaces set owner = 'globex' where namespace = 'acme'");
    const taken = restoreTenant(database, from(lines), dumped, RESTORED);
    expect((await errorOf(taken)).code).toBe("config_invalid");
  });
}
