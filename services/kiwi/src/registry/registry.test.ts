import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Database } from "@lilux/database";
import { type ExecuteArguments, LiluxError } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashText } from "../library/read-item-file.ts";
import { openTestDatabase, type TestDatabase } from "../testing/open-test-database.ts";
import { directiveText, errorOf, startKiwi } from "../testing/start-kiwi.ts";
import { type StartedRegistry, startRegistry } from "../testing/start-registry.ts";
import { keyIdOf, publicKeyText } from "./ed25519.ts";
import { openTrust } from "./open-trust.ts";

let opened: TestDatabase;
let database: Database;
beforeAll(async () => {
  opened = await openTestDatabase();
  database = opened.database;
}, 120_000);
afterAll(() => opened.close());

const type = { item_type: "directive" } as const;
const ID = "email/validate";
const PATH = "directives/email/validate.md";
/** As an editor saves: nobody reads a file that is half there. */
async function putWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.draft`, text);
  await rename(`${path}.draft`, path);
}

const textOf = (version = "1.0.0"): string =>
  directiveText(
    "validate",
    '<process><step name="one"><action>Look.</action></step></process>',
  ).replace('version="1.0.0"', `version="${version}"`);
const publishing = (parameters: Record<string, unknown> = {}): ExecuteArguments => ({
  ...type,
  item_id: ID,
  action: "publish",
  parameters,
});
const running = (item_id: string): ExecuteArguments => ({ ...type, item_id, action: "run" });
const fromRegistry = (item_id: string, version?: string) =>
  ({
    ...type,
    item_id,
    source: "registry",
    ...(version === undefined ? {} : { version }),
  }) as const;

interface World extends AsyncDisposable {
  started: StartedRegistry;
  /** Two tenants nobody else uses. */
  acme: string;
  other: string;
  /** The item as everybody may name it. */
  id: string;
}

async function world(use: Database | undefined = database): Promise<World> {
  const started = await startRegistry(use);
  const [acme, other] = ["acme", "other"].map(
    (name) => `${name}-${randomBytes(4).toString("hex")}`,
  );
  if (acme === undefined || other === undefined) throw new Error("two names make two names");
  await started.write(acme, PATH, textOf());
  await started.write(other, "knowledge/own.md", "mine");
  const id = `@${acme}/${ID}`;
  return { started, acme, other, id, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
}

async function publishVersion({ started, acme }: World, version: string): Promise<void> {
  await putWhole(join(started.path, "tenants", acme, ".ai", PATH), textOf(version));
  await started.execute(acme, publishing());
}

describe("publishing", () => {
  it("makes an item that its visibility shows to others, who search, load and run it", async () => {
    await using w = await world();
    const { started, acme, other, id } = w;
    const { data } = await started.execute(acme, publishing({ changelog: "First." }));
    expect(data).toMatchObject({ version: "1.0.0", visibility: "private", latest: "1.0.0" });
    const search = (tenant: string) =>
      started.search(tenant, { ...type, query: "validate", source: "registry", limit: 100 });
    const seenBy = async (tenant: string) =>
      (await search(tenant)).results.some((hit) => hit.qualified_id === id);
    const loads = async (tenant: string) =>
      started.load(tenant, fromRegistry(id)).then(
        ({ registry }) => registry?.version,
        (error: LiluxError) => error.code,
      );
    const seen = async () => [await seenBy(acme), await seenBy(other), await loads(other)];
    expect(await seen()).toEqual([true, false, "item_not_found"]);
    await started.execute(acme, publishing({ set_visibility: "unlisted" }));
    expect(await seen()).toEqual([true, false, "1.0.0"]);
    await started.execute(acme, publishing({ set_visibility: "public" }));
    expect(await seen()).toEqual([true, true, "1.0.0"]);
    const loaded = await started.load(other, fromRegistry(id));
    expect(loaded).toMatchObject({
      item: {
        qualified_id: id,
        source: "registry",
        version: "1.0.0",
        content_hash: hashText(textOf()),
      },
      content: textOf(),
      steps: [{ name: "one" }],
      registry: { namespace: acme, version: "1.0.0", changelog: "First." },
    });
    expect(await started.execute(other, running(id))).toMatchObject({ status: "ready" });
    expect(await started.metrics()).toContain(
      'lilux_kiwi_registry_calls_total{operation="publish",code="ok"}',
    );
  });

  it("needs a confirmation of exactly these arguments", async () => {
    await using w = await world();
    const error = await errorOf(w.started.ask(w.acme, publishing({ visibility: "public" })));
    expect(error.code).toBe("confirm_required");
    expect(await errorOf(w.started.load(w.other, fromRegistry(w.id)))).toMatchObject({
      code: "item_not_found",
    });
  });

  it("never takes a version twice, and says when it holds the same already", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing());
    const again = await errorOf(w.started.execute(w.acme, publishing()));
    expect(again).toMatchObject({ code: "version_exists", details: { identical: true } });
    await putWhole(join(w.started.path, "tenants", w.acme, ".ai", PATH), `${textOf()}More.\n`);
    const other = await errorOf(w.started.execute(w.acme, publishing()));
    expect(other).toMatchObject({ code: "version_exists", details: { identical: false } });
    expect((await w.started.load(w.acme, fromRegistry(w.id))).content).toBe(textOf());
  });

  it("lets exactly one of many at once have the version", async () => {
    await using w = await world();
    const tries = Array.from({ length: 6 }, () =>
      w.started.execute(w.acme, publishing()).then(
        () => "published",
        (error: LiluxError) => error.code,
      ),
    );
    expect((await Promise.all(tries)).sort()).toEqual([
      "published",
      ...Array.from({ length: 5 }, () => "version_exists"),
    ]);
  });

  it("refuses what could not be used: no version, another one, a bad id, a file that is broken", async () => {
    await using w = await world();
    const { started, acme } = w;
    await started.write(acme, "knowledge/plain.md", "no version");
    await started.write(acme, "directives/my item.md", directiveText("my item"));
    await started.write(acme, "directives/broken.md", "<directive name='broken'>");
    const refusals: [ExecuteArguments, string][] = [
      [{ item_type: "knowledge", item_id: "plain", action: "publish" }, "invalid_inputs"],
      [publishing({ version: "2.0.0" }), "invalid_inputs"],
      [publishing({ version: "one" }), "invalid_inputs"],
      [publishing({ visibility: "everybody" }), "invalid_inputs"],
      [publishing({ yank: "1.0.0", version: "1.0.0" }), "invalid_inputs"],
      [{ ...type, item_id: "my item", action: "publish" }, "invalid_request"],
      [{ ...type, item_id: "broken", action: "publish" }, "item_broken"],
      [{ ...type, item_id: "nothing", action: "publish" }, "item_not_found"],
      [
        { ...type, item_id: `@${w.other}/x`, action: "publish", parameters: { yank: "1.0.0" } },
        "forbidden",
      ],
    ];
    for (const [given, code] of refusals) {
      expect(await errorOf(started.execute(acme, given)), JSON.stringify(given)).toMatchObject({
        code,
      });
    }
    const plain = { item_type: "knowledge", item_id: "plain", action: "publish" } as const;
    const done = await started.execute(acme, { ...plain, parameters: { version: "1.0.0" } });
    expect(done.status).toBe("success");
  });

  it("keeps the private key in a file that only its owner reads, and refuses one that others can", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing());
    const file = join(w.started.path, "state", "registry", "keys", `${w.acme}.pem`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { chmod } = await import("node:fs/promises");
    await chmod(file, 0o644);
    const error = await errorOf(publishVersion(w, "1.1.0"));
    expect(error.code).toBe("signing_key_unusable");
  });
});

describe("ids and versions", () => {
  it("name another's item only in full: a bare id is the tenant's own or nothing", async () => {
    await using w = await world();
    const { started, acme, other } = w;
    const item_id = `only_${acme.replace("-", "_")}`;
    const given = {
      ...type,
      item_id,
      action: "publish",
      parameters: { visibility: "public" },
    } as const;
    await started.write(acme, `directives/${item_id}.md`, directiveText(item_id));
    await started.execute(acme, given);
    // The other has published something too, so that its bare ids are looked up in the registry.
    const own = { item_type: "knowledge", item_id: "own", action: "publish" } as const;
    await started.execute(other, { ...own, parameters: { version: "1.0.0" } });
    expect(await errorOf(started.execute(other, running(item_id)))).toMatchObject({
      code: "item_not_found",
    });
    const error = await errorOf(started.load(other, fromRegistry(item_id)));
    const suggestions = [`@${acme}/${item_id}`];
    expect(error).toMatchObject({ code: "item_not_found", details: { suggestions } });
    await rm(join(started.path, "tenants", acme, ".ai", `directives/${item_id}.md`));
    await expect
      .poll(() => started.load(acme, { ...type, item_id, source: "project" }).catch(() => "gone"))
      .toBe("gone");
    await expect
      .poll(() =>
        started.execute(acme, running(item_id)).then(
          ({ status }) => status,
          () => "",
        ),
      )
      .toBe("ready");
  });

  it("ask for a yes before a stranger's directive runs, whatever it says of itself", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    expect((await errorOf(w.started.ask(w.other, running(w.id)))).code).toBe("confirm_required");
    expect((await w.started.ask(w.acme, running(w.id))).status).toBe("ready");
    await w.started.load(w.other, { ...fromRegistry(w.id), destination: "project" });
    expect((await w.started.ask(w.other, running(w.id))).status).toBe("ready");
  });

  // Mutant: no `assertItemId` in `idOf`; the database refuses the text, and it is an internal error.
  it.each([
    "a\0b",
    "@acme/a\0b",
    "a\0",
    "\0",
    "@acme/x/\0@1.0.0",
    "a/../b",
    "@acme/..",
    "a\\b",
    "a//b",
  ])(
    "that no item can have (%j) is the caller's mistake at every door of the registry",
    async (item_id) => {
      await using w = await world();
      const load = await errorOf(w.started.load(w.acme, fromRegistry(item_id)));
      const pull = { ...fromRegistry(item_id), destination: "project" } as const;
      const pulled = await errorOf(w.started.load(w.acme, pull));
      const run = await errorOf(w.started.ask(w.acme, running(item_id)));
      const published = await errorOf(
        w.started.ask(w.acme, { ...publishing(), item_id, parameters: { version: "1.0.0" } }),
      );
      for (const error of [load, pulled, run, published]) {
        expect(error).toMatchObject({ code: "invalid_request", details: { field: "item_id" } });
      }
    },
  );

  it("or words with a zero byte in any parameter are named, and nothing is stored", async () => {
    await using w = await world();
    const odd = [
      { changelog: "a\0b" },
      { version: "1.0.0\0" },
      { set_visibility: "pub\0lic" },
      { yank: "1.0.0\0" },
      { yank: "1.0.0", reason: "be\0cause" },
    ];
    for (const parameters of odd) {
      const error = await errorOf(w.started.execute(w.acme, publishing(parameters)));
      expect(["invalid_inputs", "invalid_request"], JSON.stringify(parameters)).toContain(
        error.code,
      );
    }
    const search = { ...type, query: "vali\0date", source: "registry" } as const;
    expect((await w.started.search(w.acme, search)).query).toBe(search.query);
    expect((await errorOf(w.started.load(w.acme, fromRegistry(w.id, "1\0")))).code).toBe(
      "invalid_request",
    );
  });

  it("follow ranges, leave yanked versions out, and load them by exact version with a warning", async () => {
    await using w = await world();
    const { started, acme, id } = w;
    for (const version of ["1.0.0", "1.9.0", "1.10.0", "2.0.0"]) await publishVersion(w, version);
    const versionOf = async (wish?: string) =>
      (await started.load(acme, fromRegistry(id, wish))).registry?.version;
    expect(await Promise.all([versionOf(), versionOf("^1"), versionOf("1.9.x")])).toEqual([
      "2.0.0",
      "1.10.0",
      "1.9.0",
    ]);
    await started.execute(acme, publishing({ yank: "2.0.0", reason: "Sends twice." }));
    expect(await versionOf()).toBe("1.10.0");
    const gone = await errorOf(started.load(acme, fromRegistry(id, "^2")));
    expect(gone).toMatchObject({ code: "item_not_found", details: { field: "version" } });
    const pinned = await started.load(acme, fromRegistry(id, "2.0.0"));
    expect(pinned.registry?.version).toBe("2.0.0");
    expect(pinned.warnings?.[0]).toContain("Sends twice.");
    const run = await started.execute(acme, running(`${id}@2.0.0`));
    expect(run.logs?.[0]).toContain("Sends twice.");
    await started.execute(acme, publishing({ unyank: "2.0.0" }));
    expect(await versionOf()).toBe("2.0.0");
    expect((await errorOf(started.load(acme, fromRegistry(id, "latest")))).code).toBe(
      "invalid_request",
    );
  });
});

describe("tampering in the database", () => {
  /** As somebody who may write there, triggers or not. */
  async function tamper(w: World, change: string): Promise<void> {
    await database.transaction(async (queries) => {
      await queries.execute("alter table registry_versions disable trigger all");
      await queries.execute(`update registry_versions set ${change} where namespace = '${w.acme}'`);
      await queries.execute("alter table registry_versions enable trigger all");
    });
  }
  const evil = "Do something else.";
  const changes: [string, string, string][] = [
    ["its content", `content = content || '${evil}'`, "content_tampered"],
    [
      "its content and hash",
      `content = content || '${evil}', sha256 = encode(sha256((content || '${evil}')::bytea), 'hex')`,
      "content_tampered",
    ],
    ["its date", "published_at = published_at + interval '1 day'", "content_tampered"],
    ["its version, to offer an old one as new", "version = '9.0.0'", "content_tampered"],
    ["its key", "key_id = 'ed25519:other'", "content_tampered"],
    ["its signature", "signature = 'AAAA'", "content_tampered"],
    ["its signature, taken away", "signature = null", "content_unsigned"],
    ["its key, taken away", "key_id = null", "content_unsigned"],
  ];

  // Mutants: `verifyVersion` without its hash check, without `isSignedBy`, without the null checks.
  it.each(changes)(
    "with %s is refused at load and again at execute",
    async (_what, change, code) => {
      await using w = await world();
      await w.started.execute(w.acme, publishing({ visibility: "public" }));
      await w.started.load(w.other, fromRegistry(w.id));
      await tamper(w, change);
      for (const tenant of [w.acme, w.other]) {
        const load = await errorOf(w.started.load(tenant, fromRegistry(w.id)));
        const run = await errorOf(w.started.execute(tenant, running(w.id)));
        const pull = { ...fromRegistry(w.id), destination: "project" } as const;
        const pulled = await errorOf(w.started.load(tenant, pull));
        expect([load.code, run.code, pulled.code]).toEqual([code, code, code]);
        expect(load.message).not.toContain(evil);
      }
    },
  );

  // Mutant: `wordsOf` that takes name and description from the row.
  it.each([
    ["what is copied of its text", "registry_items", `description = '${evil}', name = '${evil}'`],
    ["where it is said to lie", "registry_items", `item_id = '${evil}', category = '${evil}'`],
    ["its content", "registry_versions", `content = replace(content, 'Look.', '${evil}')`],
    ["its signature", "registry_versions", "signature = null"],
  ])("with %s never shows it in a search as its author's", async (_what, table, change) => {
    await using w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    const search = { ...type, query: `validate email ${evil}`, source: "registry" } as const;
    const hitFor = async () => {
      const { results } = await w.started.search(w.other, { ...search, limit: 100 });
      return results.find(({ qualified_id }) => qualified_id === w.id);
    };
    const before = await hitFor();
    expect(before).not.toHaveProperty("broken");
    await database.transaction(async (queries) => {
      await queries.execute(`alter table ${table} disable trigger all`);
      await queries.execute(`update ${table} set ${change} where namespace = '${w.acme}'`);
      await queries.execute(`alter table ${table} enable trigger all`);
    });
    const after = await hitFor();
    const { why: _, score: __, ...shown } = after ?? { why: [], score: 0 };
    expect(JSON.stringify(shown)).not.toContain(evil);
    if (table === "registry_items") {
      expect(after).toMatchObject({ name: before?.name, description: before?.description });
    } else {
      expect(after).toMatchObject({ name: "validate", description: "" });
      expect(after?.broken).toMatch(/^(its text does not match its hash|it has no signature)$/);
    }
  });

  it("with an id that is none is not listed at all", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    await database.transaction(async (queries) => {
      for (const table of ["registry_items", "registry_versions"]) {
        await queries.execute(`alter table ${table} disable trigger all`);
        await queries.execute(
          `update ${table} set qualified_id = 'email/${evil}' where namespace = '${w.acme}'`,
        );
        await queries.execute(`alter table ${table} enable trigger all`);
      }
    });
    const search = { ...type, query: "validate", source: "registry", limit: 100 } as const;
    const { results } = await w.started.search(w.other, search);
    expect(results.filter(({ qualified_id }) => qualified_id.includes(w.acme))).toEqual([]);
  });

  // Mutant: no `pins.check` after the signature holds.
  it("signed anew with a key of the attacker's own is refused by who knows the old one", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    await w.started.load(w.other, fromRegistry(w.id));
    const content = textOf().replace("Look.", evil);
    const at = new Date("2026-11-22T00:00:00.000Z");
    const { privateKey } = generateKeyPairSync("ed25519");
    const key = publicKeyText(privateKey);
    // Written out as the documentation has it, not as the product builds it.
    const statement = `lilux-registry-statement/v1\nnamespace: ${w.acme}\nitem_type: directive\nqualified_id: ${ID}\nversion: 1.0.0\nsha256: ${hashText(content)}\npublished_at: ${at.toISOString()}\n`;
    const signature = sign(null, Buffer.from(statement), privateKey).toString("base64");
    await database.transaction((queries) =>
      queries.execute(
        `insert into registry_keys values ('${w.acme}', '${keyIdOf(key)}', '${key}', now())`,
      ),
    );
    await tamper(
      w,
      `content = '${content.replaceAll("'", "''")}', sha256 = '${hashText(content)}', published_at = '${at.toISOString()}', key_id = '${keyIdOf(key)}', signature = '${signature}'`,
    );
    for (const tenant of [w.acme, w.other]) {
      const codes = [
        (await errorOf(w.started.load(tenant, fromRegistry(w.id)))).code,
        (await errorOf(w.started.execute(tenant, running(w.id)))).code,
      ];
      expect(codes).toEqual(["signing_key_changed", "signing_key_changed"]);
    }
    const newcomer = `new-${randomBytes(4).toString("hex")}`;
    // Who never met acme has nothing to compare with: that is what first use means.
    expect((await w.started.load(newcomer, fromRegistry(w.id))).content).toContain(evil);
  });
});

describe("a pulled item", () => {
  // Mutant: leave out assertMayWrite before registry.pull; the item is pulled.
  it("is not pulled into a library that tenants share, but by its owner", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    const stateDirectory = join(w.started.path, "state");
    await using shared = await startKiwi({}, { stateDirectory }, { database });
    const load = (tenant: string, more: object = {}) =>
      shared.kiwi.api.load({
        tenant: testTenant(tenant),
        arguments: { ...fromRegistry(w.id), ...more },
        by: "person",
      });
    const pulled = { destination: "project" } as const;
    const error = await errorOf(load(w.other, pulled));
    expect(error).toMatchObject({ code: "library_unwritable", details: { reason: "shared" } });
    expect((await shared.kiwi.api.listItems({ tenant: testTenant(w.other) })).items).toEqual([]);
    // It may be read all the same, and whoever owns the library may pull it.
    expect(await load(w.other)).toMatchObject({ mode: "read_only" });
    expect(await load("local", pulled)).toMatchObject({ mode: "copied" });
  });

  async function pulled(): Promise<World & { file: string }> {
    const w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    const loaded = await w.started.load(w.other, {
      ...fromRegistry(w.id),
      destination: "project",
    });
    expect(loaded).toMatchObject({
      mode: "copied",
      item: { source: "project", qualified_id: w.id },
    });
    const file = join(w.started.path, "tenants", w.other, ".ai", loaded.path);
    return { ...w, file };
  }
  const fromProject = (item_id: string) => ({ ...type, item_id, source: "project" }) as const;
  const outcomes = async ({ started, other, id }: World) =>
    Promise.all([
      started.load(other, fromProject(id)).then(
        ({ registry }) => registry?.version,
        (error: LiluxError) => error.code,
      ),
      started.execute(other, running(id)).then(
        ({ status }) => status,
        (error: LiluxError) => error.code,
      ),
    ]);

  it("lies whole in its namespace's folder, with its lock, and runs by its full id", async () => {
    await using w = await pulled();
    expect(await readFile(w.file, "utf8")).toBe(textOf());
    expect(JSON.parse(await readFile(`${w.file}.lock`, "utf8"))).toMatchObject({
      format: "lilux-lock/v1",
      versions: [{ namespace: w.acme, version: "1.0.0", sha256: hashText(textOf()) }],
    });
    expect(await outcomes(w)).toEqual(["1.0.0", "ready"]);
  });

  // Mutant: `checkPulledItem` that answers before it verifies.
  it("that was edited, lost its lock or got another's neither loads nor runs, until it is itself again", async () => {
    await using w = await pulled();
    const settled = { withinMs: 10_000 };
    const refused = ["content_tampered", "content_tampered"];
    const lock = await readFile(`${w.file}.lock`, "utf8");
    await putWhole(w.file, `${textOf()}\n`);
    await eventually(async () => expect(await outcomes(w)).toEqual(refused), settled);
    const again = { ...fromRegistry(w.id), destination: "project" } as const;
    expect(await errorOf(w.started.load(w.other, again))).toMatchObject({
      code: "content_tampered",
    });
    await putWhole(w.file, textOf());
    // The watcher may read once more what was there before.
    await eventually(async () => expect(await outcomes(w)).toEqual(["1.0.0", "ready"]), settled);
    await rm(`${w.file}.lock`);
    expect(await outcomes(w)).toEqual(refused);
    for (const bad of ["", "{}", lock.replace("1.0.0", "1.0.1"), lock.replace(ID, "email/other")]) {
      await putWhole(`${w.file}.lock`, bad);
      expect(await outcomes(w), bad).toEqual(refused);
    }
    await w.started.load(w.other, again);
    await eventually(async () => expect(await outcomes(w)).toEqual(["1.0.0", "ready"]), settled);
  });

  /** Its words where people and models meet it, and what is said of it where it is broken. */
  async function listed({ started, other, id }: World) {
    const { items, broken } = await started.items(other);
    const search = { ...type, query: "validate else", source: "local" } as const;
    const { results } = await started.search(other, search);
    const item = items.find(({ qualified_id }) => qualified_id === id);
    const hit = results.find(({ qualified_id }) => qualified_id === id);
    const path = `directives/${id}.md`;
    const why = broken.find((one) => one.path === path)?.cause;
    return { shown: [item?.description, hit?.description], why };
  }

  // Mutant: `readFileRecord` without `vouch`; the forged description is listed and found.
  it("that was changed on the disk is listed as broken with the reason, and found no more", async () => {
    await using w = await pulled();
    const settled = { withinMs: 10_000 };
    const before = await listed(w);
    expect(before).toMatchObject({ why: undefined });
    expect(before.shown[0]).toBe(before.shown[1]);
    await putWhole(w.file, textOf().replace(/<description>[^<]*/, "<description>Something else"));
    const gone = [undefined, undefined];
    await eventually(async () => expect((await listed(w)).shown).toEqual(gone), settled);
    expect((await listed(w)).why).toContain("its text does not match its hash");
    await putWhole(w.file, textOf());
    await eventually(async () => expect(await listed(w)).toEqual(before), settled);
    const lock = await readFile(`${w.file}.lock`, "utf8");
    // The watcher hears of the lock: a stamp without it is not found out here.
    await rm(`${w.file}.lock`);
    await eventually(async () => expect((await listed(w)).shown).toEqual(gone), settled);
    expect((await listed(w)).why).toContain("lock beside it is missing");
    await putWhole(`${w.file}.lock`, lock);
    await eventually(async () => expect(await listed(w)).toEqual(before), settled);
  });

  it("with a lock that somebody else signed is refused by the pinned key", async () => {
    await using w = await pulled();
    const content = textOf().replace("Look.", "Else.");
    const { privateKey } = generateKeyPairSync("ed25519");
    const at = new Date(0).toISOString();
    const sha256 = hashText(content);
    const statement = `lilux-registry-statement/v1\nnamespace: ${w.acme}\nitem_type: directive\nqualified_id: ${ID}\nversion: 1.0.0\nsha256: ${sha256}\npublished_at: ${at}\n`;
    const lock = JSON.parse(await readFile(`${w.file}.lock`, "utf8")) as {
      versions: Record<string, string>[];
    };
    const forged = {
      ...lock.versions[0],
      sha256,
      published_at: at,
      public_key: publicKeyText(privateKey),
      key_id: keyIdOf(publicKeyText(privateKey)),
      signature: sign(null, Buffer.from(statement), privateKey).toString("base64"),
    };
    await putWhole(w.file, content);
    await putWhole(`${w.file}.lock`, JSON.stringify({ ...lock, versions: [forged] }));
    expect(await outcomes(w)).toEqual(["signing_key_changed", "signing_key_changed"]);
    await eventually(async () => expect((await listed(w)).shown).toEqual([undefined, undefined]), {
      withinMs: 10_000,
    });
  });

  // Mutant: write the file before the lock; a run in between then finds neither version.
  it("runs at every moment while newer versions are pulled, one of them whole", async () => {
    await using w = await pulled();
    const wishes = ["1.1.0", "1.2.0", "1.3.0"];
    for (const version of wishes) await publishVersion(w, version);
    let isPulling = true;
    const pulls = Promise.all(
      [...wishes, "1.0.0", ...wishes].map((version) =>
        w.started.load(w.other, { ...fromRegistry(w.id, version), destination: "project" }),
      ),
    ).finally(() => {
      isPulling = false;
    });
    let runs = 0;
    while (isPulling) {
      expect((await outcomes(w))[1]).toBe("ready");
      runs += 1;
    }
    await pulls;
    expect(runs).toBeGreaterThan(0);
    expect((await outcomes(w))[0]).toMatch(/^1\.[0-3]\.0$/);
  });

  it("copied to the user's library takes its lock along", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    await w.started.load("local", { ...fromRegistry(w.id), destination: "project" });
    await w.started.load("local", { ...fromProject(w.id), destination: "user" });
    const copied = await w.started.load("local", { ...type, item_id: w.id, source: "user" });
    expect(copied.registry).toMatchObject({ namespace: w.acme, version: "1.0.0" });
  });

  it("moved out of the namespace's folder is the tenant's own", async () => {
    await using w = await pulled();
    await putWhole(w.file, textOf().replace("Look.", "Look twice."));
    await rename(w.file, join(w.started.path, "tenants", w.other, ".ai/directives/validate.md"));
    await expect
      .poll(() =>
        w.started.ask(w.other, running("validate")).then(({ steps }) => steps?.[0]?.action),
      )
      .toBe("Look twice.");
  });

  // Mutant: `loadItem` without `ownVersion`.
  it("is not shown from what was kept of it, which nothing vouches for", async () => {
    await using w = await pulled();
    const version = `20261122T000000000Z-${"a".repeat(12)}`;
    const kept = join(".history", "directive", ...w.id.split("/"), `${version}.md`);
    const file = join(w.started.path, "tenants", w.other, ".ai", kept);
    await mkdir(dirname(file), { recursive: true });
    await putWhole(file, textOf().replace("Look.", "Else."));
    const error = await errorOf(w.started.load(w.other, { ...fromProject(w.id), version }));
    expect(error).toMatchObject({ code: "invalid_request", details: { field: "source" } });
  });

  it("gives way to a newer version, and is its publisher's to publish", async () => {
    await using w = await pulled();
    await publishVersion(w, "1.1.0");
    await w.started.load(w.other, { ...fromRegistry(w.id), destination: "project" });
    expect(await outcomes(w)).toEqual(["1.1.0", "ready"]);
    const publish = { ...type, item_id: w.id, action: "publish" } as const;
    expect((await errorOf(w.started.execute(w.other, publish))).code).toBe("forbidden");
  });
});

describe("a namespace's key", () => {
  it("that changes is refused with the way to accept it, and taken once it is accepted", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    const first = await w.started.load(w.other, fromRegistry(w.id));
    await putWhole(join(w.started.path, "tenants", w.acme, ".ai", PATH), textOf("1.1.0"));
    const { data } = await w.started.execute(w.acme, publishing({ new_key: true }));
    const offered = (data as { key_id: string }).key_id;
    const error = await errorOf(w.started.load(w.other, fromRegistry(w.id)));
    expect(error).toMatchObject({
      code: "signing_key_changed",
      details: { namespace: w.acme, pinned: [first.registry?.key_id], offered },
    });
    expect(error.message).toContain(`lilux registry pin ${w.acme} ${offered}`);
    expect((await w.started.load(w.acme, fromRegistry(w.id))).registry?.version).toBe("1.1.0");
    await openTrust(join(w.started.path, "state"))?.pins.accept(
      testTenant(w.other),
      w.acme,
      offered,
    );
    expect((await w.started.load(w.other, fromRegistry(w.id))).registry?.version).toBe("1.1.0");
    expect((await w.started.load(w.other, fromRegistry(w.id, "1.0.0"))).registry?.version).toBe(
      "1.0.0",
    );
  });

  it("that was lost is not quietly replaced by another", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing());
    await rm(join(w.started.path, "state", "registry"), { recursive: true });
    expect((await errorOf(publishVersion(w, "1.1.0"))).code).toBe("signing_key_unusable");
    await w.started.execute(w.acme, publishing({ new_key: true }));
    expect((await w.started.load(w.acme, fromRegistry(w.id))).registry?.version).toBe("1.1.0");
  });
});

describe("a registry that is down", () => {
  /** The real database behind a switch. */
  function switched(): Database & { callsLeft: number } {
    const state: Database & { callsLeft: number } = {
      ...database,
      callsLeft: Number.POSITIVE_INFINITY,
      close: async () => undefined,
      transaction: ((work, options) => {
        state.callsLeft -= 1;
        return state.callsLeft < 0
          ? Promise.reject(new LiluxError("database_unavailable"))
          : database.transaction(work, options);
      }) as Database["transaction"],
    };
    return state;
  }

  it("is a typed error for what needs it, and nothing local waits for it or fails", async () => {
    const behind = switched();
    await using w = await world(behind);
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    await w.started.load(w.other, { ...fromRegistry(w.id), destination: "project" });
    behind.callsLeft = 0;
    const down = [
      () => w.started.load(w.acme, fromRegistry(w.id)),
      () => w.started.search(w.acme, { ...type, query: "validate", source: "registry" }),
      () => w.started.execute(w.acme, publishing({ yank: "1.0.0" })),
      () => publishVersion(w, "1.1.0"),
      () => w.started.execute(w.acme, running(`@${w.other}/nothing`)),
    ];
    for (const call of down) {
      const error = await errorOf(call());
      expect(error).toMatchObject({ code: "registry_unavailable", retryable: true });
    }
    expect((await w.started.ask(w.acme, running(ID))).status).toBe("ready");
    expect((await w.started.ask(w.other, running(w.id))).status).toBe("ready");
    const all = await w.started.search(w.acme, { ...type, query: "validate", source: "all" });
    expect(all.results.map((hit) => hit.qualified_id)).toEqual([ID]);
    expect(all.warnings?.[0]).toContain("registry");
    const mistyped = await errorOf(w.started.ask(w.acme, running("nothing")));
    expect(mistyped).toMatchObject({
      code: "item_not_found",
      details: { registry: "unavailable" },
    });
  });

  it("in the middle of a publish leaves nothing behind, and the next try works", async () => {
    const behind = switched();
    await using w = await world(behind);
    for (const callsLeft of [0, 1]) {
      behind.callsLeft = callsLeft;
      expect((await errorOf(w.started.execute(w.acme, publishing()))).code).toBe(
        "registry_unavailable",
      );
    }
    behind.callsLeft = Number.POSITIVE_INFINITY;
    expect((await errorOf(w.started.load(w.acme, fromRegistry(w.id)))).code).toBe("item_not_found");
    expect((await w.started.execute(w.acme, publishing())).status).toBe("success");
  });

  it("searches everywhere beside the local library while it is up", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    await w.started.write(w.other, "directives/validate_form.md", directiveText("validate_form"));
    const all = await w.started.search(w.other, {
      ...type,
      query: "validate",
      source: "all",
      limit: 100,
    });
    const ids = all.results.map((hit) => hit.qualified_id);
    expect(ids).toEqual(expect.arrayContaining(["validate_form", w.id]));
    expect(all.warnings).toBeUndefined();
  });

  it("that is not set up names what is missing", async () => {
    await using started = await startRegistry(undefined);
    // From the start: an alert on its increase must not miss the first.
    expect(await started.metrics()).toContain(
      'lilux_kiwi_calls_total{call="load",code="content_tampered"} 0',
    );
    const error = await errorOf(started.load("acme", fromRegistry("@other/x")));
    expect(error).toMatchObject({
      code: "registry_unavailable",
      details: { missing: "LILUX_DATABASE_URL" },
    });
  });
});

describe("who pulls", () => {
  // Mutants (D3): `requirePullConsent` left out; a pull counted as a review of what it brings.
  it.each(["model", "directive"] as const)(
    "a %s pulls a stranger's item only with a person's yes, and its first run asks again",
    async (by) => {
      await using w = await world();
      await w.started.execute(w.acme, publishing({ visibility: "public" }));
      const pull = { ...fromRegistry(w.id), destination: "project" } as const;
      const error = await errorOf(w.started.load(w.other, pull, by));
      expect(error).toMatchObject({
        code: "confirm_required",
        details: { reasons: expect.arrayContaining(["foreign_pull"]), item: { version: "1.0.0" } },
      });
      expect(error.message).toContain(`@${w.acme}`);
      const run = { item_type: "directive", item_id: w.id, action: "run" } as const;
      await w.started.loadWithYes(w.other, pull, by);
      const first = await errorOf(w.started.ask(w.other, run));
      expect(first.details).toMatchObject({
        reasons: ["first_run"],
        item: { provenance: { by, how: "pulled", namespace: w.acme, version: "1.0.0" } },
      });
      expect((await w.started.execute(w.other, run)).status).toBe("ready");
      expect((await w.started.ask(w.other, run)).status).toBe("ready");
    },
  );

  it("a person's own pull asks nobody, nor does looking at what others publish", async () => {
    await using w = await world();
    await w.started.execute(w.acme, publishing({ visibility: "public" }));
    expect((await w.started.load(w.other, fromRegistry(w.id), "model")).mode).toBe("read_only");
    const pull = { ...fromRegistry(w.id), destination: "project" } as const;
    expect((await w.started.load(w.other, pull)).mode).toBe("copied");
    const run = { item_type: "directive", item_id: w.id, action: "run" } as const;
    expect((await w.started.ask(w.other, run)).status).toBe("ready");
  });
});
