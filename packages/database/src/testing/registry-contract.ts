import { testTenant } from "@lilux/testkit";
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import type { Database } from "../database.ts";
import { createRegistryStore, type RegistryStore } from "../registry/registry-store.ts";
import { errorOf, newVersion, type OpenTestDatabase } from "./harness.ts";

const AT = new Date("2026-11-23T00:00:00Z");
const item = {
  namespace: "acme",
  itemType: "directive",
  qualifiedId: "email/validate_email",
} as const;

export function describeRegistryContract(open: OpenTestDatabase): void {
  async function opened(): Promise<{ database: Database; store: RegistryStore }> {
    const database = await open();
    onTestFinished(() => database.close());
    return { database, store: createRegistryStore(database) };
  }

  const wanted = (tenant: string, version?: string, id = "validate_email") =>
    ({
      tenant: testTenant(tenant),
      namespace: "acme",
      itemType: "directive",
      id,
      version,
    }) as const;
  const search = (store: RegistryStore, tenant: string, query: string) =>
    store.search({ tenant: testTenant(tenant), itemType: "directive", query, limit: 10 });

  test("a version comes back as it was published, to the millisecond", async () => {
    const { store } = await opened();
    const version = newVersion();
    expect(await store.publish(version)).toEqual({
      kind: "published",
      visibility: "private",
      latest: "1.0.0",
    });
    const found = await store.open(wanted("acme"));
    const { content, sha256, changelog, publisher, publishedAt, keyId, publicKey } = version;
    expect(found).toEqual({
      kind: "found",
      version: {
        ...item,
        version: "1.0.0",
        content,
        sha256,
        changelog,
        publisher,
        publishedAt,
        keyId,
        publicKey,
        signature: "signature-1",
        visibility: "private",
        yankedAt: null,
        yankReason: null,
        ...version.facts,
        downloads: { version: 0, item: 0 },
      },
    });
    expect(await store.keys("acme")).toEqual(["key-1"]);
  });

  // Mutant: no advisory lock and no check of known versions; then the losers fail as `internal`.
  test("of many who publish one version at once exactly one wins, and the others are told", async () => {
    const { store } = await opened();
    const tries = Array.from({ length: 8 }, (_, index) =>
      store.publish(newVersion({ content: `try ${index}` }), { deadlineMs: 20_000 }),
    );
    const kinds = (await Promise.all(tries)).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(["published", ...Array.from({ length: 7 }, () => "version_exists")]);
  });

  test("a version's content, hash and signature cannot be changed, only its yank", async () => {
    const { database, store } = await opened();
    await store.publish(newVersion());
    for (const column of ["content", "sha256", "signature", "publisher", "version"]) {
      const change = database.transaction((queries) =>
        queries.execute(
          sql`update registry_versions set ${sql.identifier(column)} = ${"cd".repeat(32)}`,
        ),
      );
      expect(await errorOf(change)).toMatchObject({ code: "internal" });
    }
    expect(await store.yank({ ...item, version: "1.0.0", reason: "broken", at: AT })).toBe(true);
  });

  test("a stranger's key is not added to a namespace unless it is asked for", async () => {
    const { store } = await opened();
    await store.publish(newVersion());
    const next = newVersion({ version: "1.1.0", keyId: "key-2", publicKey: "public-2" });
    expect(await store.publish(next)).toEqual({ kind: "key_unknown", registered: ["key-1"] });
    expect(await store.publish({ ...next, mayAddKey: true })).toMatchObject({ kind: "published" });
    expect(await store.keys("acme")).toEqual(["key-1", "key-2"]);
  });

  test("private is seen by nobody else, unlisted by those who know it, public by all", async () => {
    const { store } = await opened();
    await store.publish(newVersion());
    const seen = async () => ({
      opened: (await store.open(wanted("other"))).kind,
      found: (await search(store, "other", "validate")).total,
      namesakes: await store.namesakes({
        tenant: testTenant("other"),
        itemType: "directive",
        id: "validate_email",
      }),
    });
    expect(await seen()).toEqual({ opened: "no_item", found: 0, namesakes: [] });
    await store.setVisibility({ ...item, visibility: "unlisted", at: AT });
    expect(await seen()).toEqual({ opened: "found", found: 0, namesakes: [] });
    await store.setVisibility({ ...item, visibility: "public", at: AT });
    expect(await seen()).toEqual({
      opened: "found",
      found: 1,
      namesakes: ["@acme/email/validate_email"],
    });
    await store.publish(newVersion({ version: "1.1.0", visibility: "private" }));
    expect(await seen()).toEqual({ opened: "no_item", found: 0, namesakes: [] });
    expect((await search(store, "acme", "validate")).total).toBe(1);
  });

  test("ranges give the highest that was not yanked; an exact version opens even so", async () => {
    const { store } = await opened();
    for (const version of ["1.9.0", "1.10.0", "2.0.0", "3.0.0-beta.1"]) {
      await store.publish(newVersion({ version, description: `As of ${version}` }));
    }
    const opens = async (version?: string) => {
      const found = await store.open(wanted("acme", version));
      return found.kind === "found" ? found.version.version : found.kind;
    };
    expect(await Promise.all([opens(), opens("^1"), opens("3.0.0-beta.1"), opens(">=4")])).toEqual([
      "2.0.0",
      "1.10.0",
      "3.0.0-beta.1",
      "no_version",
    ]);
    await store.yank({ ...item, version: "2.0.0", reason: "wrong", at: AT });
    expect(await Promise.all([opens(), opens("2.x"), opens("2.0.0")])).toEqual([
      "1.10.0",
      "no_version",
      "2.0.0",
    ]);
    expect((await search(store, "acme", "validate")).hits[0]).toMatchObject({ version: "1.10.0" });
    await store.yank({ ...item, version: "2.0.0", reason: null, at: AT });
    expect(await opens()).toBe("2.0.0");
    expect(await store.yank({ ...item, version: "7.0.0", reason: "x", at: AT })).toBe(false);
  });

  test("an id that several items share names none of them, a whole one names its item", async () => {
    const { store } = await opened();
    await store.publish(newVersion());
    await store.publish(newVersion({ qualifiedId: "form/validate_email", category: "form" }));
    expect(await store.open(wanted("acme"))).toEqual({
      kind: "ambiguous",
      qualifiedIds: ["email/validate_email", "form/validate_email"],
    });
    expect(await store.open(wanted("acme", undefined, "form/validate_email"))).toMatchObject({
      kind: "found",
    });
  });

  test("search splits names, finds beginnings and plurals, and ranks the name above the text", async () => {
    const { store } = await opened();
    await store.publish(newVersion());
    await store.publish(
      newVersion({
        qualifiedId: "crm/import",
        itemId: "import",
        name: "import",
        category: "crm",
        description: "Validates nothing, imports every customer's email.",
        tags: ["日本"],
      }),
    );
    const ids = async (query: string) =>
      (await search(store, "acme", query)).hits.map(({ itemId }) => itemId);
    expect(await ids("validat")).toEqual(["validate_email", "import"]);
    expect(await ids("customers")).toEqual(expect.arrayContaining(["validate_email", "import"]));
    expect(await ids("crm")).toEqual(["import"]);
    expect(await ids("日本")).toEqual(["import"]);
    expect(await ids("' | !:* & \\ --")).toEqual([]);
    const { hits } = await search(store, "acme", "email zzz");
    expect(hits[0]).toMatchObject({ itemId: "validate_email", why: ["email"] });
    expect(hits.every(({ score }) => score > 0 && score <= 1)).toBe(true);
  });
}
