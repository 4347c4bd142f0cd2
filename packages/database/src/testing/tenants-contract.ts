import type { StorageBytes } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { FIRST_PREVIOUS, hashOf } from "../tenants/admin-records.ts";
import type { StoredNewKey } from "../tenants/tenant-shapes.ts";
import { createTenantStore } from "../tenants/tenant-store.ts";
import { errorOf, type OpenTestDatabase } from "./harness.ts";

const AT = Date.UTC(2026, 10, 22, 20, 0, 0, 123);
const act = { actor: "operator ada", at: AT };
const tenant = {
  tenant: testTenant("acme"),
  plan: "team",
  limits: { turnsAtOnce: 3 },
  settings: {},
};

function newKey(given: Partial<StoredNewKey> = {}): StoredNewKey {
  return {
    tenant: testTenant("acme"),
    keyId: "AAAAAAAAAAAA",
    secretSha256: "ab".repeat(32),
    name: "the nightly job",
    scopes: ["predict", "run"],
    person: null,
    expiresAt: null,
    ...given,
  };
}

export function describeTenantsContract(open: OpenTestDatabase): void {
  async function opened() {
    const database = await open();
    onTestFinished(() => database.close());
    return createTenantStore(database, { deadlineMs: 60_000 });
  }

  test("a tenant is made once, changed by parts, and each change raises the revision", async () => {
    const store = await opened();
    const before = await store.revision();
    expect(await store.createTenant(tenant, act)).toMatchObject({
      state: "active",
      createdAt: AT,
    });
    expect((await errorOf(store.createTenant(tenant, act))).code).toBe("tenant_exists");
    const change = {
      state: "suspended" as const,
      settings: { approvals: { write: "second-person" as const } },
    };
    await store.changeTenant({ tenant: testTenant("acme"), change }, act);
    expect(await store.tenant(testTenant("acme"))).toEqual({
      ...tenant,
      state: "suspended",
      settings: { approvals: { write: "second-person" } },
      signIn: null,
      createdAt: AT,
    });
    expect(await store.changeTenant({ tenant: testTenant("nobody"), change }, act)).toBeUndefined();
    expect(await store.revision()).toBe(before + 2);
  });

  test("a key is found by its name with what decides whether it opens, and never with what it is", async () => {
    const store = await opened();
    await store.createTenant(tenant, act);
    const ofPerson = newKey({ keyId: "BBBBBBBBBBBB", person: "p_1" });
    for (const key of [newKey(), ofPerson]) await store.addKey(key, act);
    expect(await store.keyForEntry("AAAAAAAAAAAA")).toMatchObject({
      tenant: testTenant("acme"),
      tenantState: "active",
      roleOfPerson: undefined,
    });
    expect(await store.keyForEntry("BBBBBBBBBBBB")).toMatchObject({ roleOfPerson: "none" });
    const person = {
      tenant: testTenant("acme"),
      person: "p_1",
      name: "Ada",
      role: "author",
    } as const;
    await store.putPerson({ ...person, state: "active" }, act);
    expect(await store.keyForEntry("BBBBBBBBBBBB")).toMatchObject({ roleOfPerson: "author" });
    await store.putPerson({ ...person, state: "suspended" }, act);
    expect(await store.keyForEntry("BBBBBBBBBBBB")).toMatchObject({ roleOfPerson: "none" });
    expect(await store.keyForEntry("CCCCCCCCCCCC")).toBeUndefined();
    const listed = await store.keys({ tenant: testTenant("acme"), limit: 10 });
    expect(listed).toHaveLength(2);
    expect(JSON.stringify(listed)).not.toContain("abab");
  });

  test("a key is revoked once, and one that is followed ends no later than it would have", async () => {
    const store = await opened();
    await store.createTenant(tenant, act);
    await store.addKey(newKey({ expiresAt: AT + 50 }), act);
    await store.rotateKey(
      { key: newKey({ keyId: "DDDDDDDDDDDD" }), before: "AAAAAAAAAAAA", endsAt: AT + 1_000 },
      act,
    );
    await store.touchKeys(new Map([["DDDDDDDDDDDD", AT + 7]]));
    await store.touchKeys(new Map([["DDDDDDDDDDDD", AT + 5]]));
    const named = { tenant: testTenant("acme"), keyId: "DDDDDDDDDDDD" };
    expect(await store.revokeKey({ ...named, tenant: testTenant("globex") }, act)).toBe(false);
    expect(await store.revokeKey(named, act)).toBe(true);
    expect(await store.revokeKey(named, act)).toBe(false);
    const keys = await store.keys({ tenant: testTenant("acme"), limit: 10 });
    expect(
      keys.map(({ expiresAt, revokedAt, lastUsedAt }) => [expiresAt, revokedAt, lastUsedAt]),
    ).toEqual([
      [AT + 50, null, null],
      [null, AT, AT + 7],
    ]);
  });

  // Mutant: no advisory lock in `addRecord`; two records then have one position, and one change fails.
  test("what is done to a tenant is a chain of records, also when many do something at once", async () => {
    const store = await opened();
    await store.createTenant(tenant, act);
    const ids = Array.from({ length: 12 }, (_, at) => `key${String(at).padStart(9, "0")}`);
    await Promise.all(ids.map((keyId) => store.addKey(newKey({ keyId }), act)));
    const records = await store.records({ tenant: testTenant("acme"), after: 0, limit: 100 });
    expect(records.map(({ position }) => position)).toEqual(ids.map((_, at) => at + 1).concat(13));
    let previous = FIRST_PREVIOUS;
    for (const record of records) {
      expect(record.previous).toBe(previous);
      expect(record.hash).toBe(hashOf(testTenant("acme"), record));
      previous = record.hash;
    }
    expect(hashOf(testTenant("globex"), records[0] ?? record())).not.toBe(records[0]?.hash);
  });

  test("a turn counts once however often it is told, on its day and for its person", async () => {
    const store = await opened();
    const turn = {
      tenant: testTenant("acme"),
      sessionId: "s",
      turnId: "t1",
      person: "p_1",
      at: AT,
    };
    const took = { calls: 2, promptTokens: 100, completionTokens: 7 };
    const told = Array.from({ length: 5 }, () => store.countTurn({ ...turn, ...took }));
    expect((await Promise.all(told)).filter(Boolean)).toHaveLength(1);
    await store.countTurn({ ...turn, ...took, turnId: "t2" });
    await store.countTurn({ ...turn, ...took, tenant: testTenant("globex") });
    await store.countTurn({ ...turn, ...took, turnId: "t3", at: AT + 10 * 24 * 3_600_000 });
    const wanted = { tenant: testTenant("acme"), from: "2026-11-01", to: "2026-11-30", limit: 10 };
    expect(await store.usage(wanted)).toEqual([
      {
        day: "2026-11-22",
        person: "p_1",
        turns: 2,
        calls: 4,
        promptTokens: 200,
        completionTokens: 14,
        predictions: 0,
        scriptSeconds: 0,
      },
    ]);
    const ofMonth = (month: string) => store.totalsOfMonth({ tenant: testTenant("acme"), month });
    expect(await ofMonth("2026-11")).toMatchObject({ turns: 2, promptTokens: 200 });
    expect(await ofMonth("2026-12")).toMatchObject({ turns: 1, calls: 2 });
  });

  // Mutant: `countUse` without its look at `noteOnce`.
  test("predictions and the time of scripts count once by their name, beside turns of the day", async () => {
    const store = await opened();
    const use = { tenant: testTenant("acme"), person: "p_1", at: AT };
    await store.countTurn({
      ...use,
      sessionId: "s",
      turnId: "t1",
      calls: 1,
      promptTokens: 5,
      completionTokens: 6,
    });
    const told = Array.from({ length: 5 }, () =>
      store.countUse({ ...use, name: "batch 1", predictions: 40 }),
    );
    expect((await Promise.all(told)).filter(Boolean)).toHaveLength(1);
    await store.countUse({ ...use, name: "run 1", scriptMs: 1_500.4 });
    await store.countUse({ ...use, name: "run 1", scriptMs: 1_500.4 });
    await store.countUse({ ...use, name: "run 1", tenant: testTenant("globex"), scriptMs: 9 });
    const wanted = { tenant: testTenant("acme"), from: "2026-11-01", to: "2026-11-30", limit: 10 };
    expect(await store.usage(wanted)).toMatchObject([
      { person: "p_1", turns: 1, predictions: 40, scriptSeconds: 1.5 },
    ]);
    expect(
      await store.totalsOfMonth({ tenant: testTenant("acme"), month: "2026-11" }),
    ).toMatchObject({
      predictions: 40,
      scriptMs: 1_500,
    });
  });

  // Mutants: a measure that counts by its day alone; what was not measured as nothing; hours by the session's own zone.
  test("what a tenant keeps counts once an hour, however many measure it, and what was not seen stays as it was", async () => {
    const store = await opened();
    const hour = Math.floor(AT / 3_600_000) * 3_600_000;
    const measure = (at: number, bytes: StorageBytes, tenant = "acme") =>
      store.countStorage({ tenant: testTenant(tenant), at, bytes });
    expect(await store.storageMeasuredAt(testTenant("acme"))).toBeUndefined();
    const told = Array.from({ length: 5 }, (_, late) =>
      measure(hour + late, { items: 2e9, turns: 1e9, contexts: 7 }),
    );
    expect((await Promise.all(told)).filter(Boolean)).toHaveLength(1);
    expect(await measure(hour + 3_599_999, { items: 5e9 })).toBe(false);
    expect(await measure(hour + 3_600_000, { items: 4e9, turns: 0 })).toBe(true);
    expect(await measure(hour, { items: 9e9 })).toBe(false);
    await measure(hour, { items: 1 }, "globex");
    await measure(hour + 24 * 3_600_000, { items: 1 });
    const wanted = { tenant: testTenant("acme"), from: "2026-11-01", to: "2026-11-22", limit: 10 };
    expect(await store.storage(wanted)).toEqual([
      {
        day: "2026-11-22",
        measures: 2,
        measuredAt: hour + 3_600_000,
        bytes: { items: 4e9, turns: 0, contexts: 7 },
        byteHours: 7e9 + 7,
      },
    ]);
    expect(await store.storageMeasuredAt(testTenant("acme"))).toBe(hour + 24 * 3_600_000);
    expect(
      await store.totalsOfMonth({ tenant: testTenant("acme"), month: "2026-11" }),
    ).toMatchObject({
      turns: 0,
      byteHours: 7e9 + 8,
    });
  });

  test("a tenant that is deleted is as none, its keys open nothing, and its name stays taken", async () => {
    const store = await opened();
    await store.createTenant(tenant, act);
    await store.addKey(newKey(), act);
    const begin = { tenant: testTenant("acme"), without: [] };
    expect(await store.beginDeletion(begin, act)).toBe(true);
    expect(await store.deleting()).toEqual(["acme"]);
    expect(await store.keyForEntry("AAAAAAAAAAAA")).toMatchObject({ tenantState: "deleting" });
    expect(
      await store.changeTenant({ tenant: testTenant("acme"), change: { state: "active" } }, act),
    ).toBeUndefined();
    await store.endDeletion(testTenant("acme"), act);
    expect(await store.tenant(testTenant("acme"))).toBeUndefined();
    expect(await store.keyForEntry("AAAAAAAAAAAA")).toBeUndefined();
    expect(await store.beginDeletion(begin, act)).toBe(false);
    expect(await store.deletedSince(act.at - 1)).toEqual(["acme"]);
    expect(await store.deletedSince(act.at)).toEqual([]);
    expect((await errorOf(store.createTenant(tenant, act))).code).toBe("tenant_exists");
    expect(await store.deletion(testTenant("acme"))).toMatchObject({
      state: "deleted",
      removed: { keys: 1 },
    });
  });

  // Mutants: counts that take each other's place; a record for every try; `unreached` that stays.
  test("a deletion's report is what its records say, however often a step is tried", async () => {
    const store = await opened();
    await store.createTenant(tenant, act);
    expect(await store.deletion(testTenant("acme"))).toBeUndefined();
    await store.beginDeletion({ tenant: testTenant("acme"), without: [] }, act);
    const step = (part: string, given: object) =>
      store.addDeletionStep(
        { tenant: testTenant("acme"), part, removed: {}, kept: [], ...given },
        act,
      );
    await step("kiwi", { removed: { files: 2, items: 0 } });
    for (let tries = 0; tries < 3; tries += 1) await step("flywheel", { unreached: "it is away" });
    const left = { what: "copies elsewhere", why: "nobody here reaches them" };
    await step("flywheel", { removed: { turns: 5 }, kept: [left] });
    await step("flywheel", { removed: { turns: 1 }, kept: [left] });
    await step("kiwi", { removed: { files: 0 } });
    await step("orchestrator", { unreached: "it is away" });
    expect(await store.deletion(testTenant("acme"))).toMatchObject({
      state: "deleting",
      endedAt: null,
      removed: { files: 2, turns: 6 },
      kept: [left],
      unreached: [{ part: "orchestrator", why: "it is away" }],
      without: [],
    });
    await store.beginDeletion({ tenant: testTenant("acme"), without: ["flywheel"] }, act);
    await store.beginDeletion({ tenant: testTenant("acme"), without: [] }, act);
    expect(await store.deletion(testTenant("acme"))).toMatchObject({ without: ["flywheel"] });
    const records = await store.records({ tenant: testTenant("acme"), after: 0, limit: 100 });
    expect(records.map(({ action }) => action)).toEqual([
      "tenant-created",
      "tenant-deletion-begun",
      ...Array.from({ length: 5 }, () => "tenant-deletion-step"),
      "tenant-deletion-begun",
    ]);
  });

  test("tenants that share an issuer are all found by it, and nobody else is", async () => {
    const store = await opened();
    const signIn = {
      issuer: "https://id.example",
      audience: "lilux",
      jwksUrl: "https://id.example/k",
    };
    for (const name of ["acme", "globex", "initech"]) {
      await store.createTenant({ ...tenant, tenant: testTenant(name) }, act);
      if (name !== "initech")
        await store.changeTenant({ tenant: testTenant(name), change: { signIn } }, act);
    }
    const found = await store.tenantsOfIssuer("https://id.example");
    expect(found.map(({ tenant: name }) => name)).toEqual(["acme", "globex"]);
    expect(await store.tenantsOfIssuer("")).toEqual([]);
  });
}

function record(): never {
  throw new Error("there is no first record");
}
