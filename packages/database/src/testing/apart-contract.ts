import { testTenant } from "@lilux/testkit";
import { type SQL, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import type { Database, Queries, TenantQueries } from "../database.ts";
import { createFlywheelStore } from "../flywheel/flywheel-store.ts";
import { flywheelConsents, flywheelRatings } from "../schema.ts";
import { errorOf, type OpenTestDatabase } from "./harness.ts";

const ACME = testTenant("acme");
const GLOBEX = testTenant("globex");
const UNHURRIED = { deadlineMs: 60_000 };

async function rowsOf(queries: Queries, statement: SQL): Promise<unknown[]> {
  return (await queries.execute(statement)) as unknown[];
}

async function opened(open: OpenTestDatabase): Promise<Database> {
  const database = await open();
  onTestFinished(() => database.close());
  const store = createFlywheelStore(database, UNHURRIED);
  for (const tenant of [ACME, GLOBEX]) await store.setConsent({ tenant, level: "full", at: 1 });
  return database;
}

/** What a tenant's work sees of others, however it asks, and what a transaction for nobody sees. */
export function describeApartContract(open: OpenTestDatabase): void {
  // Mutants: a table left out of `lilux_keep_tenants_apart`; `force` or the policy's `with check` left out.
  test("every table with a tenant is kept apart: row-level security is on, forced, and has both policies", async () => {
    const database = await opened(open);
    const found = await database.transaction(
      (queries) =>
        rowsOf(
          queries,
          sql`select c.relname as "table", c.relrowsecurity and c.relforcerowsecurity as forced,
            (select count(*)::int from pg_policy where polrelid = c.oid and polwithcheck is not null and polqual is not null
              and polname in ('lilux_tenant_alone', 'lilux_everybody_else')) as policies
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
            where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace`,
        ),
      UNHURRIED,
    );
    expect(found.length).toBeGreaterThan(15);
    expect(found).toEqual(found.map((row) => ({ ...(row as object), forced: true, policies: 2 })));
  });

  // Mutants: `asTenant` that sets no role; a setting that outlasts its transaction.
  test("in a tenant's transaction others' rows are not there, cannot be made and cannot be taken over, also without a word about the tenant", async () => {
    const database = await opened(open);
    const tenants = (queries: Queries) =>
      queries.select({ tenant: flywheelConsents.tenant }).from(flywheelConsents);
    const ofAcme = <T>(work: (queries: TenantQueries) => Promise<T>) =>
      database.forTenant(ACME, work, UNHURRIED);
    expect(await ofAcme(tenants)).toEqual([{ tenant: "acme" }]);
    await ofAcme((queries) => queries.update(flywheelConsents).set({ level: "none" }));
    await ofAcme((queries) => queries.delete(flywheelRatings));
    const rating = { sessionId: "s", turnId: "t", rating: "up", at: new Date(0) } as const;
    for (const statement of [
      (queries: Queries) =>
        queries.insert(flywheelRatings).values({ tenant: testTenant("globex"), ...rating }),
      (queries: Queries) => queries.update(flywheelConsents).set({ tenant: testTenant("globex") }),
    ]) {
      const { code, cause } = await errorOf(ofAcme(statement));
      expect([code, String(cause)]).toEqual([
        "internal",
        expect.stringMatching(/row-level security/),
      ]);
    }
    await ofAcme((queries) =>
      queries.insert(flywheelRatings).values({ tenant: testTenant("acme"), ...rating }),
    );
    const levels = await database.transaction(
      (queries) =>
        queries
          .select({ tenant: flywheelConsents.tenant, level: flywheelConsents.level })
          .from(flywheelConsents)
          .orderBy(flywheelConsents.tenant),
      UNHURRIED,
    );
    expect(levels).toEqual([
      { tenant: "acme", level: "none" },
      { tenant: "globex", level: "full" },
    ]);
  });

  test("tables that are nobody's are closed to a tenant's work, which cannot make others of its own", async () => {
    const database = await opened(open);
    for (const statement of [
      sql`select * from registry_keys`,
      sql`select * from lilux_migrations`,
      sql`create table public.loot (tenant text)`,
      sql`alter table flywheel_consents disable row level security`,
    ]) {
      const error = await errorOf(
        database.forTenant(ACME, (queries) => rowsOf(queries, statement), UNHURRIED),
      );
      expect(String(error.cause)).toMatch(/permission denied|must be owner/);
    }
  });

  test("without a tenant a tenant's queries are no queries: it does not compile, and nothing is asked", async () => {
    const database = await opened(open);
    const ofOne = async (queries: TenantQueries) => queries.select().from(flywheelConsents);
    // @ts-expect-error a transaction for every tenant is none for one
    const _forAll = () => database.transaction(ofOne);
    // @ts-expect-error a text is no tenant that somebody verified
    const _named = () => database.forTenant("acme", ofOne);
    for (const name of ["", "Acme", "a'b", "*"]) {
      const unverified = database.forTenant(name as typeof ACME, ofOne, UNHURRIED);
      expect((await errorOf(unverified)).code).toBe("internal");
    }
  });
}
