import { createInProcessBus, subjects } from "@lilux/bus";
import { clockOf, eventually, testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { fakeRouter } from "../testing/fake-router.ts";
import { directiveText, startKiwi } from "../testing/start-kiwi.ts";

const FILES = {
  "project/.ai/directives/release/deploy_production.md": directiveText("deploy_production"),
  "project/.ai/directives/data/csv_cleaner.md": directiveText("csv_cleaner"),
  "project/.ai/directives/data/photo_album.md": directiveText("photo_album"),
};

async function startWithRouter() {
  const bus = createInProcessBus();
  const router = fakeRouter(bus);
  const changes: unknown[] = [];
  bus.subscribe(subjects.ofAllTenants("library"), ({ body }) => void changes.push(body));
  const started = await startKiwi(FILES, {}, { bus });
  const search = (query: string, tenant = "local") =>
    started.kiwi.api.search({
      tenant: testTenant(tenant),
      arguments: { item_type: "directive", query },
    });
  const untilUsed = () =>
    eventually(async () => (await search("csv")).meaning === "used", { withinMs: 20_000 });
  return { started, router, changes, search, untilUsed };
}

describe("finding by words and meaning", () => {
  it("answers by words alone, and says so, where no router is", async () => {
    await using started = await startKiwi(FILES);
    const search = {
      tenant: testTenant("local"),
      arguments: { item_type: "directive", query: "csv" },
    } as const;
    const found = await started.kiwi.api.search(search);
    expect(found).toMatchObject({ meaning: "absent", total: 1 });
    expect(found.results[0]).toMatchObject({ item_id: "csv_cleaner", why: ["name: csv"] });
    expect(found.results[0]).not.toHaveProperty("similarity");
  });

  it("finds what shares no word with the text but means the same, with how near it is", async () => {
    // Mutant: `rankItems` takes only keys that words found.
    const { started, search, untilUsed } = await startWithRouter();
    await using _ = started;
    await untilUsed();
    const { results, total, meaning } = await search("ship to customers");
    expect({ total, meaning }).toEqual({ total: 1, meaning: "used" });
    expect(results[0]?.item_id).toBe("deploy_production");
    expect(results[0]?.similarity).toBeGreaterThan(0.9);
    expect(results[0]?.why.join()).toMatch(/^meaning: (0\.9|1)/);
    const discovered = await started.kiwi.api.discover({
      tenant: testTenant("local"),
      text: "ship it to our customers",
      limit: 7,
    });
    expect(discovered).toMatchObject({
      meaning: "used",
      candidates: [{ item_id: "deploy_production", item_type: "directive" }],
    });
  });

  it("compares no more of a text of 8,000 characters than of one of 2,000", async () => {
    // Mutant: `createFindItems` that hands the whole text on.
    const { started, router, untilUsed } = await startWithRouter();
    await using _ = started;
    await untilUsed();
    router.lengths = [];
    const text = "ship it to our customers ".repeat(400);
    for (const characters of [2_000, 8_000]) {
      const asked = { tenant: testTenant("local"), text: text.slice(0, characters), limit: 7 };
      const { candidates } = await started.kiwi.api.discover(asked);
      expect(candidates[0]).toMatchObject({ item_id: "deploy_production" });
    }
    const [few = 0, many = 0] = router.lengths;
    expect(many).toBe(few);
    expect(many).toBeLessThan(1_300);
  });

  it("does not wait for a router that hangs", async () => {
    // Mutant: the request for a line's embedding has ten seconds.
    const { started, router, search, untilUsed } = await startWithRouter();
    await using _ = started;
    await untilUsed();
    router.hangs = true;
    const startedAt = performance.now();
    const found = await search("csv");
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(found).toMatchObject({ meaning: "absent", results: [{ item_id: "csv_cleaner" }] });
    // After three late answers lines are not even asked about for a second.
    await search("csv");
    await search("csv");
    const { lines } = router;
    await search("csv");
    expect(router.lines).toBe(lines);
  });

  it("embeds an item once, and again only when its text changed", async () => {
    // Mutant: `put` does not compare digests.
    const { started, router, changes, search, untilUsed } = await startWithRouter();
    await using _ = started;
    await untilUsed();
    expect(router.items.map(({ tenant }) => tenant)).toEqual(["local", "local", "local"]);
    const path = "project/.ai/directives/data/photo_album.md";
    await started.write(path, `${directiveText("photo_album")}\nA note that no one embeds.\n`);
    await eventually(async () => changes.length === 1, { withinMs: 20_000 });
    const changed = directiveText("photo_album").replace("Does photo", "Keeps invoice photo");
    await started.write(path, changed);
    await eventually(async () => (await search("payment")).results[0]?.item_id === "photo_album", {
      withinMs: 20_000,
    });
    expect(router.items).toHaveLength(4);
    expect(router.items[3]?.text).toContain("Keeps invoice photo album");
  });

  it("never compares two models: after a change everything is embedded anew", async () => {
    // Mutant: `compare` does not look at the model.
    let now = 0;
    const bus = createInProcessBus();
    const router = fakeRouter(bus);
    await using started = await startKiwi(FILES, {}, { bus, clock: clockOf(() => now) });
    const ask = () =>
      started.kiwi.api.search({
        tenant: testTenant("local"),
        arguments: { item_type: "directive", query: "ship to customers" },
      });
    await eventually(async () => (await ask()).meaning === "used", { withinMs: 20_000 });
    router.model = "m2";
    expect(await ask()).toMatchObject({ meaning: "absent", total: 0 });
    now += 60_000;
    await eventually(async () => (await ask()).meaning === "used", { withinMs: 20_000 });
    expect(router.items.filter(({ text }) => text !== "probe")).toHaveLength(6);
  });

  it("keeps tenants apart: by words, by meaning, and in what the router is sent", async () => {
    const bus = createInProcessBus();
    const router = fakeRouter(bus);
    const files = {
      "tenants/acme/.ai/directives/secret_deploy.md": directiveText("secret_deploy"),
      "tenants/other/.ai/directives/csv_table.md": directiveText("csv_table"),
    };
    await using folder = await startKiwi(files);
    const config = { tenantRoot: `${folder.path}/tenants` };
    await using tenants = await startKiwi({}, config, { bus });
    const ask = (tenant: string, query: string) =>
      tenants.kiwi.api.search({
        tenant: testTenant(tenant),
        arguments: { item_type: "directive", query },
      });
    for (const tenant of ["acme", "other"]) {
      await eventually(async () => (await ask(tenant, "csv")).meaning === "used", {
        withinMs: 20_000,
      });
    }
    expect((await ask("acme", "secret deploy")).results[0]?.item_id).toBe("secret_deploy");
    for (const query of ["secret deploy", "ship to customers", "secret"]) {
      expect((await ask("other", query)).results, query).toEqual([]);
    }
    const sent = router.items.map(({ tenant, text }) => `${tenant} ${text.split(".")[0]}`);
    expect(sent.sort()).toEqual(["acme directive: secret deploy", "other directive: csv table"]);
  });
});
