import { testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import type { Publisher } from "../registry/namespace-rights.ts";
import { createRegistryStore } from "../registry/registry-store.ts";
import { createRegistryTenancyStore } from "../registry/tenancy-store.ts";
import { hashOf } from "../tenants/admin-records.ts";
import { newVersion, type OpenTestDatabase } from "./harness.ts";

const AT = new Date("2026-11-28T00:00:00Z");
const item = {
  namespace: "acme",
  itemType: "directive",
  qualifiedId: "email/validate_email",
} as const;
const KEY = `ed25519:${"A".repeat(43)}`;

function actor(tenant: string, person = "ada", at = AT) {
  return { tenant: testTenant(tenant), person, at };
}

export function describeRegistryTenancyContract(open: OpenTestDatabase): void {
  async function opened() {
    const database = await open();
    onTestFinished(() => database.close());
    return {
      registry: createRegistryStore(database),
      tenancy: createRegistryTenancyStore(database),
    };
  }

  // Mutants: claims take no turns; `lookAlikeOf` is not asked.
  test("of many who claim a name, or names that read alike, one has it, and reserved ones nobody", async () => {
    const { tenancy } = await opened();
    const names = ["modern", "modern", "rnodern", "mod-ern", "modern"];
    const claims = names.map((namespace, index) =>
      tenancy.claim({ namespace, by: actor(`tenant-${index}`) }, { deadlineMs: 20_000 }),
    );
    const kinds = (await Promise.all(claims)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "claimed")).toHaveLength(1);
    expect(kinds.every((kind) => ["claimed", "taken"].includes(kind))).toBe(true);
    const refused = await Promise.all(
      ["registry", "l1lux"].map((namespace) => tenancy.claim({ namespace, by: actor("beta") })),
    );
    expect(refused).toEqual([
      { kind: "taken", readsAs: undefined },
      { kind: "taken", readsAs: "lilux" },
    ]);
  });

  // Mutants: a name that reads alike is always told; `refusedLately` is not asked, or counts other tenants'.
  test("a refused claim names no tenant that shows nothing to everybody, and a list of names cannot be gone through", async () => {
    const { tenancy, registry } = await opened();
    const claim = (namespace: string, tenant = "prober") =>
      tenancy.claim({ namespace, by: actor(tenant) });
    await claim("modern", "hidden");
    await registry.publish(newVersion({ visibility: "public" }));
    expect(await claim("rnodern")).toEqual({ kind: "taken", readsAs: undefined });
    expect(await claim("modern")).toEqual({ kind: "taken", readsAs: undefined });
    expect(await claim("acrne")).toEqual({ kind: "taken", readsAs: "acme" });
    const tenants = { namespace: "beta", by: actor("prober"), isTenants: true };
    expect(await tenancy.claim(tenants)).toEqual({ kind: "taken", readsAs: undefined });
    for (let asked = 4; asked < 20; asked += 1) await claim("modern");
    expect(await claim("modern")).toEqual({ kind: "too_often" });
    expect(await claim("free-name")).toEqual({ kind: "too_often" });
    expect(await claim("free-name", "another")).toEqual({ kind: "claimed" });
    const later = new Date(AT.getTime() + 3_600_001);
    const by = actor("prober", "ada", later);
    expect((await tenancy.claim({ namespace: "mine", by: by })).kind).toBe("claimed");
  });

  // Mutants: the list's end is not looked at; a person of another tenant counts; `restricted` is not.
  test("who is on a namespace's list publishes until their end, or until they are taken off it", async () => {
    const { registry, tenancy } = await opened();
    await registry.publish(newVersion());
    const by: Publisher = {
      tenant: testTenant("acme"),
      person: "bob",
      isAdmin: false,
      signingKey: undefined,
    };
    const right = async (who: Partial<Publisher>, at = AT) =>
      (await registry.publishRight({ namespace: "acme", by: { ...by, ...who }, at })).kind;
    expect(await right({})).toBe("may");
    await tenancy.restrict({ namespace: "acme", restricted: true, by: actor("acme") });
    expect(await right({})).toBe("restricted");
    expect(await right({ isAdmin: true })).toBe("may");
    const endsAt = new Date(AT.getTime() + 1_000);
    await tenancy.delegate({
      namespace: "acme",
      delegate: "person:bob",
      endsAt,
      by: actor("acme"),
    });
    await tenancy.delegate({ namespace: "acme", delegate: KEY, endsAt: null, by: actor("acme") });
    expect(await right({})).toBe("may");
    expect(await right({}, endsAt)).toBe("restricted");
    expect(await right({ tenant: testTenant("beta") })).toBe("not_yours");
    expect(await right({ tenant: testTenant("beta"), signingKey: KEY })).toBe("may");
    await tenancy.undelegate({ namespace: "acme", delegate: KEY, by: actor("acme") });
    expect(await right({ tenant: testTenant("beta"), signingKey: KEY })).toBe("not_yours");
    // Nobody else's list is theirs to change.
    const others = { namespace: "acme", delegate: KEY, endsAt: null, by: actor("beta") };
    expect(await tenancy.delegate(others)).toBe("not_yours");
    // A publish that was let through a moment before is refused in its own transaction.
    const late = newVersion({
      version: "2.0.0",
      by: { ...by, tenant: testTenant("beta"), signingKey: KEY },
    });
    expect(await registry.publish(late)).toEqual({ kind: "not_yours" });
  });

  test("a namespace that is transferred is its new owner's alone, and both have it on record", async () => {
    const { registry, tenancy } = await opened();
    await registry.publish(newVersion({ visibility: "private" }));
    const operator = actor("", "op");
    await tenancy.give({ namespace: "acme", owner: testTenant("beta"), by: operator });
    const seen = async (tenant: string) =>
      (
        await registry.open({
          ...item,
          tenant: testTenant(tenant),
          id: item.qualifiedId,
          version: undefined,
        })
      ).kind;
    expect([await seen("acme"), await seen("beta")]).toEqual(["no_item", "found"]);
    expect(await registry.publish(newVersion({ version: "2.0.0" }))).toEqual({ kind: "not_yours" });
    for (const tenant of ["", "acme", "beta"]) {
      const records = await tenancy.records({ tenant: testTenant(tenant), after: 0 });
      expect(records.map(({ action, target }) => ({ action, target }))).toEqual([
        { action: "give-namespace", target: "acme" },
      ]);
      for (const { hash, ...record } of records)
        expect(hash).toBe(hashOf(testTenant(tenant), record));
    }
  });

  // Mutants: `IS_UP` is true of everything; `DOWN_REASON` compares columns with themselves.
  test("what is taken down is neither found nor opened until it is put back, and who has it is told", async () => {
    const { registry, tenancy } = await opened();
    await registry.publish(newVersion({ visibility: "public" }));
    await registry.publish(newVersion({ qualifiedId: "form/other", visibility: "public" }));
    await registry.download({ ...item, version: "1.0.0", tenant: testTenant("beta"), at: AT });
    await registry.download({ ...item, version: "1.0.0", tenant: testTenant("beta"), at: AT });
    const wanted = {
      ...item,
      tenant: testTenant("beta"),
      id: item.qualifiedId,
      version: undefined,
    };
    const query = {
      tenant: testTenant("beta"),
      itemType: "directive",
      query: "validate",
      limit: 5,
    } as const;
    const seen = async () => ({
      opened: (await registry.open(wanted)).kind,
      other: (await registry.open({ ...wanted, id: "form/other" })).kind,
      found: (await registry.search(query)).total,
    });
    expect(await registry.open(wanted)).toMatchObject({
      version: { downloads: { version: 1, item: 1 } },
    });
    await tenancy.report({ item, reason: "It lies.", by: actor("beta") });
    expect(await tenancy.reports(0)).toMatchObject([{ tenant: "beta", person: "ada" }]);
    const by = actor("", "op");
    expect(await tenancy.takeDown({ item, reason: "It lies.", by: by })).toEqual({
      told: ["beta", "acme"],
    });
    expect(await seen()).toEqual({ opened: "taken_down", other: "found", found: 1 });
    expect(await tenancy.reports(0)).toEqual([]);
    expect(await tenancy.takeDowns()).toMatchObject([
      { item_id: "@acme/email/validate_email", reason: "It lies." },
    ]);
    await tenancy.putBack({ item, by: by });
    expect(await seen()).toEqual({ opened: "found", other: "found", found: 2 });
    const told = await tenancy.notices({ tenant: testTenant("beta"), after: 0 });
    expect(told.map(({ kind }) => kind)).toEqual(["taken_down", "put_back"]);
    expect(await tenancy.notices({ tenant: testTenant("gamma"), after: 0 })).toEqual([]);
    const actions = (await tenancy.records({ tenant: testTenant("acme"), after: 0 })).map(
      (r) => r.action,
    );
    expect(actions).toEqual(["take-down", "put-back"]);
  });

  test("reports of one person are bounded by the hour, and one item is reported once", async () => {
    const { tenancy } = await opened();
    const reports = async (count: number, by = actor("beta"), prefix = "x") => {
      const kinds: string[] = [];
      for (let index = 0; index < count; index += 1) {
        const reported = { ...item, qualifiedId: `${prefix}/${index}` };
        kinds.push((await tenancy.report({ item: reported, reason: "r", by: by })).kind);
      }
      return kinds;
    };
    expect((await reports(11)).filter((kind) => kind === "taken")).toHaveLength(10);
    expect(await reports(1)).toEqual(["known"]);
    expect(await reports(1, actor("beta", "bob"))).toEqual(["taken"]);
    const later = actor("beta", "ada", new Date(AT.getTime() + 3_600_001));
    expect(await reports(1, later, "y")).toEqual(["taken"]);
  });

  test("of publishers that a tenant does not allow nothing opens, and its own always does", async () => {
    const { registry, tenancy } = await opened();
    await registry.publish(newVersion({ visibility: "public" }));
    const by = actor("beta");
    const wanted = { ...item, id: item.qualifiedId, version: undefined };
    const opens = async (tenant: string) =>
      (await registry.open({ ...wanted, tenant: testTenant(tenant) })).kind;
    await tenancy.setPublishers({ of: testTenant("beta"), publishers: ["gamma"], by: by });
    await tenancy.setPublishers({ of: testTenant("acme"), publishers: [], by: actor("acme") });
    expect([await opens("beta"), await opens("acme"), await opens("gamma")]).toEqual([
      "not_allowed",
      "found",
      "found",
    ]);
    await tenancy.setPublishers({ of: testTenant("beta"), publishers: ["gamma", "acme"], by: by });
    expect(await opens("beta")).toBe("found");
    await tenancy.setPublishers({ of: testTenant("beta"), publishers: null, by: by });
    expect(await opens("beta")).toBe("found");
  });
}
