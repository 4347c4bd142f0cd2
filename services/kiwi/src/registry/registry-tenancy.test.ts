import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../testing/open-test-database.ts";
import { directiveText } from "../testing/start-kiwi.ts";
import { type StartedRegistry, startRegistry } from "../testing/start-registry.ts";

let opened: TestDatabase;
let started: StartedRegistry;
beforeAll(async () => {
  opened = await openTestDatabase();
  started = await startRegistry(opened.database);
}, 120_000);
afterAll(async () => {
  await started[Symbol.asyncDispose]();
  await opened.close();
});

const named = (item_id: string) => ({ item_type: "directive", item_id }) as const;

async function publish(tenant: string, id: string, parameters: object = {}): Promise<void> {
  const name = id.split("/").at(-1) ?? id;
  await started.write(tenant, `directives/${id}.md`, directiveText(name));
  const given = { ...named(id), action: "publish" as const };
  await started.execute(tenant, {
    ...given,
    parameters: { version: "1.0.0", visibility: "public", ...parameters },
  });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "ok",
    (error: { code?: string }) => error.code ?? "unknown",
  );
}

// Mutants: `assertUp` is not asked by `checkPulledItem`, or not by `vouchForPulled`; `relist` does nothing.
test("what is taken down no longer runs where it was pulled before, is listed as why, and comes back", async () => {
  await publish("acme", "mail/lies");
  const id = "@acme/mail/lies";
  const copy = { ...named(id), source: "registry", destination: "project" } as const;
  await started.load("beta", copy);
  const run = () => codeOf(started.execute("beta", { ...named(id), action: "run" }));
  const listed = async () => {
    const { items, broken } = await started.items("beta");
    return [items.length, broken.map(({ cause }) => cause.includes("It lies."))];
  };
  expect([await run(), await listed()]).toEqual(["ok", [1, []]]);
  const down = { do: "take-down", ...named(id), reason: "It lies." } as const;
  expect(await started.order("", down)).toEqual({ told: 2 });
  expect([await run(), await listed()]).toEqual(["item_taken_down", [0, [true]]]);
  expect(await codeOf(started.load("gamma", copy))).toBe("item_taken_down");
  const search = { item_type: "directive", query: "lies", source: "registry" } as const;
  expect((await started.search("gamma", search)).total).toBe(0);
  expect(await started.order("beta", { do: "list-notices", after: 0 })).toMatchObject({
    notices: [{ kind: "taken_down", target: `directive ${id}`, detail: "It lies." }],
  });
  await started.order("", { do: "put-back", ...named(id) });
  expect([await run(), await listed()]).toEqual(["ok", [1, []]]);
});

// Mutant: `openVersion` does not ask for the publishers.
test("a tenant takes nothing of a publisher that it does not allow, and is told how to", async () => {
  await publish("acme", "mail/hello");
  const id = "@acme/mail/hello";
  const load = () => started.load("delta", { ...named(id), source: "registry" });
  await started.order("delta", { do: "set-publishers", of: "delta", publishers: ["gamma"] });
  const refusal = await load().catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: "publisher_not_allowed" });
  expect(String(refusal)).toContain("--publishers gamma,acme");
  const run = started.ask("delta", { ...named(id), action: "run" });
  expect(await codeOf(run)).toBe("publisher_not_allowed");
  await started.order("delta", { do: "set-publishers", of: "delta", publishers: ["acme"] });
  expect((await load()).item.qualified_id).toBe(id);
});

// Mutants: `publishItem` signs with the tenant's key; `assertMayPublish` is not asked.
test("another tenant publishes under a namespace while its signing key is on the list, and no longer", async () => {
  await publish("acme", "mail/first");
  await publish("omega", "own/first");
  const { key_id: signingKey } = (
    await started.load("omega", {
      ...named("@omega/own/first"),
      source: "registry",
    })
  ).registry ?? { key_id: "" };
  const guest = (id: string) => publish("omega", id, { namespace: "acme" });
  expect(await codeOf(guest("mail/guest"))).toBe("forbidden");
  const delegate = { namespace: "acme", delegate: signingKey } as const;
  await started.order("acme", { do: "delegate", ...delegate });
  await guest("mail/guest");
  const { registry } = await started.load("sigma", {
    ...named("@acme/mail/guest"),
    source: "registry",
  });
  // For whoever knows acme it is acme's: signed with its key.
  expect(registry?.key_id).not.toBe(signingKey);
  await started.order("acme", { do: "undelegate", ...delegate });
  expect(await codeOf(guest("mail/again"))).toBe("forbidden");
});

test("orders that cannot be followed are refused by what is wrong with them", async () => {
  await publish("acme", "mail/there");
  const refused = async (tenant: string, order: Parameters<StartedRegistry["order"]>[1]) => {
    const error: unknown = await started.order(tenant, order).catch((thrown: unknown) => thrown);
    const { code, details } = error as { code?: string; details?: { field?: string } };
    return [code, details?.field];
  };
  const reason = "r";
  expect([
    await refused("beta", { do: "claim-namespace", namespace: "acrne" }),
    await refused("beta", { do: "claim-namespace", namespace: "official" }),
    await refused("beta", { do: "change-namespace", namespace: "acme", restricted: true }),
    await refused("acme", { do: "delegate", namespace: "acme", delegate: "person:x", endsAt: 1 }),
    await refused("acme", { do: "undelegate", namespace: "acme", delegate: "person:nobody" }),
    await refused("beta", { do: "report", ...named("mail/there"), reason }),
    await refused("beta", { do: "report", ...named("@acme/mail/gone"), reason }),
    await refused("", { do: "take-down", ...named("@acme/mail/gone"), reason }),
    await refused("", { do: "put-back", ...named("@acme/mail/there") }),
    await refused("", { do: "close-report", reportId: 999 }),
  ]).toEqual([
    ["invalid_request", "namespace"],
    ["invalid_request", "namespace"],
    ["forbidden", "namespace"],
    ["invalid_request", "endsAt"],
    ["not_found", "delegate"],
    ["invalid_request", "item_id"],
    ["item_not_found", "item_id"],
    ["item_not_found", "item_id"],
    ["not_found", "item_id"],
    ["not_found", "reportId"],
  ]);
});

// Mutants: `factLines` leaves the licence out; the lock does not keep it; `licenseOf` takes anything.
test("licence and provenance are signed, shown before and after a pull, and what is no licence is refused", async () => {
  const source = { repository: "https://git.example.com/acme/mail", commit: "0123abc" };
  const said = { license: "MIT OR Apache-2.0", ...source, built_by: "acme's builder" };
  await publish("acme", "mail/licensed", said);
  const id = "@acme/mail/licensed";
  const shown = {
    license: said.license,
    source_repository: source.repository,
    source_commit: source.commit,
    built_by: said.built_by,
  };
  const fromRegistry = { ...named(id), source: "registry" } as const;
  const load = () => started.load("tau", fromRegistry);
  expect((await load()).registry).toMatchObject({ ...shown, downloads: 0 });
  await started.load("tau", { ...fromRegistry, destination: "project" });
  await started.load("tau", { ...fromRegistry, destination: "project" });
  expect((await load()).registry).toMatchObject({ downloads: 1 });
  const pulled = await started.load("tau", { ...named(id), source: "project" });
  expect(pulled.registry).toMatchObject(shown);
  const search = { item_type: "directive", query: "licensed", source: "registry" } as const;
  expect((await started.search("tau", search)).results).toMatchObject([
    { license: said.license, source_repository: source.repository, downloads: 1 },
  ]);
  const wrong = [
    { license: "Free for all" },
    { license: "apache 2" },
    { license: "MIT\nsource_commit: 0123abc" },
    { repository: "file:///etc" },
    { repository: "https://token@git.example.com/acme/mail" },
    { repository: "https://git.example.com/acme mail" },
    { commit: "main" },
    { built_by: "acme\nsource_commit: 0123abc" },
  ];
  for (const parameters of wrong) {
    expect(await codeOf(publish("acme", "mail/unlicensed", parameters))).toBe("invalid_inputs");
  }
  await opened.database.transaction(async (queries) => {
    await queries.execute("alter table registry_versions disable trigger all");
    await queries.execute("update registry_versions set license = 'MIT' where license is not null");
    await queries.execute("alter table registry_versions enable trigger all");
  });
  expect(await codeOf(load())).toBe("content_tampered");
});
