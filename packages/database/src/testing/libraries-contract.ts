import { testTenant } from "@lilux/testkit";
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { createLibraryRows } from "../libraries/library-rows.ts";
import type { StoredLibrary } from "../registry/libraries.ts";
import { createRegistryStore } from "../registry/registry-store.ts";
import { createSharedLibraryStore } from "../registry/shared-library-store.ts";
import { createRegistryTenancyStore } from "../registry/tenancy-store.ts";
import { newVersion, type OpenTestDatabase } from "./harness.ts";

const AT = new Date("2026-11-28T00:00:00Z");
const PATIENT = { deadlineMs: 30_000 };
const LONG_MS = 3_600_000;
const by = (tenant: string) => ({ tenant: testTenant(tenant), person: "ada", at: AT });
const publisher = {
  tenant: testTenant("acme"),
  person: "ada",
  isAdmin: true,
  signingKey: undefined,
};

function library(given: Partial<StoredLibrary> = {}): StoredLibrary {
  const item = { item_type: "directive", qualified_id: "email/validate_email" } as const;
  return {
    namespace: "acme",
    name: "mail",
    version: "1.0.0",
    visibility: "public",
    description: "",
    changelog: "",
    items: [{ ...item, version: "1.0.0", sha256: "ab".repeat(32), signature: "sig" }],
    publisher: "acme",
    publishedAt: AT,
    keyId: "ed25519:k",
    publicKey: "p",
    signature: "s",
    ...given,
  };
}

/** What is promised of tenants' libraries, and of those that tenants share. */
export function describeLibrariesContract(open: OpenTestDatabase): void {
  async function opened() {
    const database = await open();
    onTestFinished(() => database.close());
    const rows = createLibraryRows(database, PATIENT);
    const shared = createSharedLibraryStore(database);
    return { database, rows, shared, registry: createRegistryStore(database) };
  }

  // Mutants: `setWhere` of `takeLease` left out; the token is not raised, or does not mind `above`.
  test("a lease has one holder, its token rises with each, and one that ended comes not back to life", async () => {
    const { database, rows } = await opened();
    const take = (holder: string, above?: number) =>
      rows.takeLease({ tenant: testTenant("acme"), holder, forMs: LONG_MS, above });
    const first = await Promise.all(["a", "b", "c", "d"].map((holder) => take(holder)));
    expect(first.filter((token) => token !== undefined)).toEqual([1]);
    const holder = ["a", "b", "c", "d"][first.indexOf(1)] ?? "";
    expect(await take(holder)).toBe(1);
    const renew = { holder, tenants: ["acme", "beta"].map(testTenant), forMs: LONG_MS };
    expect(await rows.renewLeases(renew)).toEqual(["acme"]);
    expect(await rows.renewLeases({ ...renew, holder: "another" })).toEqual([]);
    await rows.endLease({ tenant: testTenant("acme"), holder });
    expect(await rows.renewLeases(renew)).toEqual([]);
    expect(await take("e", 40)).toBe(41);
    await database.transaction((queries) =>
      queries.execute(sql`update library_leases set expires_at = now() - interval '1 hour'`),
    );
    expect(await take("e", 7)).toBe(42);
  });

  test("whoever serves libraries is known until it goes or is not heard of, and its leases go with it", async () => {
    const { database, rows } = await opened();
    const a = { member: "a", address: "a:7001" };
    const b = { member: "b", address: "b:7001" };
    expect(await rows.beMember({ ...a, forMs: LONG_MS })).toEqual([a]);
    expect(await rows.beMember({ ...b, forMs: LONG_MS })).toEqual([a, b]);
    await rows.takeLease({ tenant: testTenant("acme"), holder: "a", forMs: LONG_MS });
    expect(await rows.addressOfHolder(testTenant("acme"))).toBe("a:7001");
    await rows.endMember("a");
    expect(await rows.addressOfHolder(testTenant("acme"))).toBeUndefined();
    expect(await rows.takeLease({ tenant: testTenant("acme"), holder: "b", forMs: LONG_MS })).toBe(
      2,
    );
    await database.transaction((queries) =>
      queries.execute(sql`update kiwi_members set expires_at = now() - interval '1 hour'`),
    );
    expect(await rows.addressOfHolder(testTenant("acme"))).toBeUndefined();
    expect(await rows.beMember({ ...a, forMs: LONG_MS })).toEqual([a]);
  });

  // Mutants: `writeFiles` asks for no lease; it compares nothing; its head is not locked.
  test("of writes that rest on the same text one lands, and none under a lease that is another's", async () => {
    const { rows } = await opened();
    const token =
      (await rows.takeLease({ tenant: testTenant("acme"), holder: "a", forMs: LONG_MS })) ?? 0;
    const write = (content: string, before?: string, lease = { holder: "a", token }) => {
      const change = { path: "knowledge/a.md", itemType: "knowledge", content, before } as const;
      const changes = [{ ...change, sha256: content.repeat(4) }];
      const bounds = { filesMax: 10, bytesMax: 1_000 };
      return rows.write({ tenant: testTenant("acme"), changes, by: "p", at: 0, lease, ...bounds });
    };
    const kinds = (await Promise.all(["x", "y", "z"].map((text) => write(text)))).map(
      ({ kind }) => kind,
    );
    expect(kinds.toSorted()).toEqual(["conflict", "conflict", "written"]);
    const { files, version } = await rows.head(testTenant("acme"));
    expect(version).toBe(1);
    const before = files.get("knowledge/a.md");
    const stale = [
      { holder: "a", token: token - 1 },
      { holder: "b", token },
    ];
    for (const lease of stale) {
      expect(await write("s", before, lease)).toEqual({ kind: "fenced" });
    }
    await rows.endLease({ tenant: testTenant("acme"), holder: "a" });
    expect(await write("s", before)).toEqual({ kind: "fenced" });
    expect((await rows.head(testTenant("acme"))).version).toBe(1);
    expect(await rows.forget(testTenant("acme"))).toBe(1);
    expect(await rows.head(testTenant("acme"))).toEqual({ version: 0, files: new Map() });
  });

  // Mutants: a place is settled whatever it was; `looks` rises with each asking.
  test("where a library lives changes as it was looked at, and a look that is asked for again at once is one", async () => {
    const { rows, database } = await opened();
    const wanted = { place: { kind: "database" }, adopt: false } as const;
    await rows.want({ tenant: testTenant("acme"), wanted, hookSecret: "first" });
    await rows.want({ tenant: testTenant("acme"), wanted, hookSecret: "second" });
    const at = await rows.place(testTenant("acme"));
    expect(at).toMatchObject({ place: { kind: "folder" }, wanted, hookSecret: "first" });
    const settle = { tenant: testTenant("acme"), place: wanted.place, problem: undefined };
    expect(await rows.settle({ ...settle, revision: (at?.revision ?? 0) - 1 })).toBe(false);
    expect(await rows.settle({ ...settle, revision: at?.revision ?? 0 })).toBe(true);
    const looks: unknown[] = [];
    for (const lookedAt of ["1 hour", "-1 hour"]) {
      await rows.askForLook(testTenant("acme"));
      looks.push(await rows.signs([testTenant("acme"), testTenant("beta")]));
      await database.transaction((queries) =>
        queries.execute(sql`update library_places set looked_at = now() + ${lookedAt}::interval`),
      );
    }
    await rows.askForLook(testTenant("acme"));
    looks.push(await rows.signs([testTenant("acme")]));
    const seen = (count: number) => [expect.objectContaining({ looks: count, version: 0 })];
    expect(looks).toEqual([seen(1), seen(1), seen(2)]);
  });

  // Mutants: the version is not compared; `isOwn` counts whoever publishes; unlisted ones are listed.
  test("a version of a library is published once, by who may, and seen by whom it is for", async () => {
    const { shared, registry, database } = await opened();
    await registry.publish(newVersion());
    const publish = (given: Partial<StoredLibrary> = {}, who = publisher) =>
      shared.publishLibrary({ library: library(given), by: who }, PATIENT);
    const twice = await Promise.all([publish(), publish()]);
    expect(twice.map(({ kind }) => kind).toSorted()).toEqual(["published", "version_exists"]);
    expect(
      await publish({ version: "2.0.0" }, { ...publisher, tenant: testTenant("beta") }),
    ).toEqual({
      kind: "not_yours",
    });
    await publish({ name: "own", visibility: "private" });
    await publish({ name: "known", visibility: "unlisted" });
    const seen = async (tenant: string) => {
      const listed = await shared.libraries({ tenant: testTenant(tenant), namespace: undefined });
      const named = ["own", "known", "mail"].map(async (name) =>
        shared.libraryVersions({ tenant: testTenant(tenant), namespace: "acme", name }),
      );
      const found = (await Promise.all(named)).map((versions) => versions.length);
      return [listed.map(({ name }) => name), found];
    };
    expect(await seen("beta")).toEqual([["mail"], [0, 1, 1]]);
    expect(await seen("acme")).toEqual([
      ["known", "mail", "own"],
      [1, 1, 1],
    ]);
    const [pinned] = await shared.pinned({ namespace: "acme", items: library().items });
    expect([pinned?.stored?.sha256, pinned?.takenDown]).toEqual(["ab".repeat(32), false]);
    const { namespace, itemType, qualifiedId } = newVersion();
    const item = { namespace, itemType, qualifiedId };
    await createRegistryTenancyStore(database).takeDown({
      item,
      reason: "no",
      by: by(""),
    });
    const [after] = await shared.pinned({ namespace: "acme", items: library().items });
    expect(after?.takenDown).toBe(true);
  });

  // Mutants: `setApplied` does not compare; `stopsAutomatic` is not kept; subscribing anew forgets what is applied.
  test("a subscription changes from what was looked at or not at all, each on record, and bounded", async () => {
    const { shared, database } = await opened();
    const named = { namespace: "acme", name: "mail", by: by("beta") };
    await shared.subscribe({ ...named, range: "^1", automatic: true });
    const apply = (from: string | null, to: string, stopsAutomatic = false) =>
      shared.setApplied(
        { ...named, from, to, before: from, action: "apply-library", stopsAutomatic },
        PATIENT,
      );
    const together = await Promise.all(["1.0.0", "1.1.0", "1.2.0"].map((to) => apply(null, to)));
    expect(together.filter(Boolean)).toHaveLength(1);
    const mine = async () => (await shared.subscriptions({ tenant: testTenant("beta") }))[0];
    const applied = (await mine())?.applied ?? null;
    expect(await apply("0.9.0", "2.0.0")).toBe(false);
    expect(await apply(applied, "2.0.0", true)).toBe(true);
    await shared.subscribe({ ...named, range: "^2", automatic: false });
    expect(await mine()).toMatchObject({ applied: "2.0.0", before: applied, range: "^2" });
    expect(await shared.subscriptions({ namespace: "acme", name: "mail" })).toHaveLength(1);
    expect(await shared.subscriptions({ tenant: testTenant("gamma") })).toEqual([]);
    await database.transaction((queries) =>
      queries.execute(sql`insert into registry_subscriptions
        select 'beta', 'acme', 'x-' || at, '*', false, null, null, 'ada', now(), now()
        from generate_series(1, 62) at`),
    );
    const more = ["a", "b", "c", "d"].map((name) =>
      shared.subscribe({ ...named, name, range: "*", automatic: false }, PATIENT),
    );
    expect((await Promise.all(more)).filter(Boolean)).toHaveLength(1);
    expect(await shared.unsubscribe(named)).toBe(true);
    expect([await shared.unsubscribe(named), await apply("2.0.0", "3.0.0")]).toEqual([
      false,
      false,
    ]);
  });
}
