import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "@lilux/database";
import { createLibraryIndex } from "@lilux/library-index";
import { connectKiwi } from "@lilux/rpc";
import { eventually, silentLogger, temporaryDirectory, testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { directiveText, errorOf, startKiwi } from "./testing/start-kiwi.ts";

const local = { tenant: testTenant("local"), by: "person" } as const;
const directive = (item_id: string) =>
  ({ item_type: "directive", item_id, source: "project" }) as const;
const ask = (query: string) => ({
  ...local,
  arguments: { item_type: "directive", query } as const,
});

describe("the library", () => {
  it("lists what it read, and every broken file with its line, beside the good ones", async () => {
    await using started = await startKiwi({
      "project/.ai/directives/ops/deploy.md": directiveText("deploy"),
      "project/.ai/directives/ops/broken.md": "text\n<directive name='broken'>\n<a></b>\n",
      "project/.ai/scripts/report.py": '"""Make a report."""\n__version__ = "2.0.0"\n',
      "project/.ai/knowledge/traps.md": "---\ntitle: Traps\ntags: [a, b]\n---\nMind the gap.\n",
      "project/.ai/knowledge/README.md": "not an item",
    });
    const list = await started.kiwi.api.listItems(local);
    expect(list.items.map((item) => `${item.item_type}:${item.qualified_id}`)).toEqual([
      "directive:ops/deploy",
      "knowledge:traps",
      "script:report",
    ]);
    expect(list.broken).toMatchObject([
      { path: "directives/ops/broken.md", line: 2, column: 1, item_type: "directive" },
    ]);
  });

  it("follows files that appear, change and go, and says so on the bus", async () => {
    await using started = await startKiwi({
      "project/.ai/directives/one.md": directiveText("one"),
    });
    const before = (await started.kiwi.api.listItems(local)).version;
    await started.write("project/.ai/directives/new/folder/two.md", directiveText("two"));
    await eventually(async () => (await started.kiwi.api.search(ask("two"))).total === 1, {
      withinMs: 20_000,
    });
    await rm(join(started.path, "project/.ai/directives/one.md"));
    await eventually(async () => (await started.kiwi.api.listItems(local)).items.length === 1, {
      withinMs: 20_000,
    });
    const after = (await started.kiwi.api.listItems(local)).version;
    expect(after).not.toBe(before);
    expect(started.changes.flatMap((change) => change.changed)).toEqual(
      expect.arrayContaining(["directive:new/folder/two", "directive:one"]),
    );
    expect(started.changes.at(-1)).toMatchObject({ tenant: "local", version: after });
  });

  it("announces what turns the list of before into the list of now, whatever source it is in", async () => {
    // Mutant: `take` tells of what changed in the folders, not of what wins.
    await using started = await startKiwi({
      "project/.ai/directives/ops/one.md": directiveText("one"),
      "user/.ai/directives/ops/one.md": directiveText("one", "", "<!-- the user's -->"),
      "user/.ai/directives/ops/two.md": directiveText("two"),
    });
    const first = await started.kiwi.api.listItems(local);
    const index = createLibraryIndex();
    index.apply(index.changesTo(first.items));
    await rm(join(started.path, "project/.ai/directives/ops/one.md"));
    await started.write(
      "project/.ai/directives/ops/two.md",
      directiveText("two", "", "<!-- ours -->"),
    );
    await started.write("project/.ai/directives/ops/three.md", directiveText("three"));
    await started.write("user/.ai/directives/broken.md", "<directive name='broken'>");
    const last = () => started.kiwi.api.listItems(local);
    await eventually(
      async () => {
        const list = await last();
        expect(list).toMatchObject({ broken: [{}], items: { length: 3 } });
        expect(started.changes.at(-1)?.version).toBe(list.version);
      },
      { withinMs: 20_000 },
    );
    let { version } = first;
    for (const change of started.changes) {
      expect(change.before).toBe(version);
      index.apply((change.changes ?? []).map(({ key, item }) => ({ key, item })));
      version = change.version;
    }
    const { items, version: now, position } = await last();
    expect(version).toBe(now);
    expect(started.changes.at(-1)?.position).toEqual(position);
    const held = [...index.entries()].map(({ item }) => item);
    expect(held.toSorted((a, b) => (a.item_id < b.item_id ? -1 : 1))).toEqual(
      items.toSorted((a, b) => (a.item_id < b.item_id ? -1 : 1)),
    );
    expect(items.map(({ item_id, source }) => `${source} ${item_id}`).toSorted()).toEqual([
      "project three",
      "project two",
      "user one",
    ]);
  });

  it("follows a folder that is renamed, and a library that appears only later", async () => {
    await using started = await startKiwi(
      { "project/.ai/directives/ops/deploy.md": directiveText("deploy") },
      { rescanMs: 200 },
    );
    const directives = join(started.path, "project/.ai/directives");
    await rename(join(directives, "ops"), join(directives, "prod"));
    await started.write("user/.ai/knowledge/note.md", "a note");
    await eventually(
      async () => {
        const { items } = await started.kiwi.api.listItems(local);
        expect(items.map((item) => item.qualified_id)).toEqual(["prod/deploy", "note"]);
      },
      { withinMs: 20_000 },
    );
  });

  it("gives the same version for the same content, whatever the line ends", async () => {
    const text = directiveText("one");
    await using unix = await startKiwi({ "project/.ai/directives/one.md": text });
    await using windows = await startKiwi({
      "project/.ai/directives/one.md": text.replaceAll("\n", "\r\n"),
    });
    const versions = [unix, windows].map(({ kiwi }) => kiwi.api.listItems(local));
    const [a, b] = await Promise.all(versions);
    expect(a?.version).toBe(b?.version);
  });

  it("lets the project's item win over the user's of the same id", async () => {
    await using started = await startKiwi({
      "project/.ai/knowledge/note.md": "---\ntitle: Project\n---\nP",
      "user/.ai/knowledge/note.md": "---\ntitle: User\n---\nU",
      "user/.ai/knowledge/other.md": "---\ntitle: Other\n---\nO",
    });
    const { items } = await started.kiwi.api.listItems(local);
    expect(items.map((item) => `${item.source}:${item.name}`)).toEqual([
      "project:Project",
      "user:Other",
    ]);
    const given = { item_type: "knowledge", item_id: "note", source: "user" } as const;
    const own = await started.kiwi.api.load({ ...local, arguments: given });
    expect(own.item.name).toBe("User");
  });

  // Mutant: drop `isLocal` in tenantFolders, and tenants see the project and the user's files.
  it("shows a tenant its own folder only, and never the user's", async () => {
    const files = {
      "project/.ai/knowledge/mine.md": "mine",
      "user/.ai/knowledge/private.md": "private",
      "tenants/acme/.ai/knowledge/theirs.md": "theirs",
    };
    await using started = await startKiwi(files);
    await using tenanted = await startKiwi(files, { tenantRoot: join(started.path, "tenants") });
    const ids = async (kiwi: typeof started.kiwi, tenant: string) =>
      (await kiwi.api.listItems({ tenant: testTenant(tenant) })).items.map((item) => item.item_id);
    expect(await ids(tenanted.kiwi, "acme")).toEqual(["theirs"]);
    expect(await ids(tenanted.kiwi, "unknown")).toEqual([]);
    expect(await ids(tenanted.kiwi, "local")).toEqual(["mine", "private"]);
    expect(await ids(started.kiwi, "acme")).toEqual(["mine"]);
  });

  // Mutant: return true from isWithin, and the secret is served.
  it("refuses links that leave the library, as files and as folders, and lists them", async () => {
    await using started = await startKiwi({
      "secret/knowledge.md": "the secret",
      "project/.ai/knowledge/good.md": "good",
    });
    const outside = join(started.path, "secret");
    const inside = join(started.path, "project/.ai/knowledge");
    await symlink(join(outside, "knowledge.md"), join(inside, "stolen.md"));
    await symlink(outside, join(inside, "folder"));
    await symlink(inside, join(inside, "loop"));
    const list = await eventually(
      async () => {
        const now = await started.kiwi.api.listItems(local);
        expect(now.broken).toHaveLength(2);
        return now;
      },
      { withinMs: 20_000 },
    );
    expect(list.items.map((item) => item.item_id)).toEqual(["good"]);
    expect(list.broken.map((item) => item.cause)).toEqual([
      "the link leads out of the library",
      "the link leads out of the library",
    ]);
    const given = { item_type: "knowledge", item_id: "stolen", source: "project" } as const;
    const error = await errorOf(started.kiwi.api.load({ ...local, arguments: given }));
    expect(error.code).toBe("item_broken");
  });

  // Mutant: `resolved` that believes the list. An editor's file is empty for a moment.
  it("looks at a file once more that was seen broken, and opens it when it is whole by now", async () => {
    await using started = await startKiwi(
      { "project/.ai/directives/tour.md": "" },
      { rescanMs: 600_000, watchDebounceMs: 600_000 },
    );
    const given = directive("tour");
    expect((await errorOf(started.kiwi.api.load({ ...local, arguments: given }))).code).toBe(
      "item_broken",
    );
    await started.write("project/.ai/directives/tour.md", directiveText("tour"));
    const { item } = await started.kiwi.api.load({ ...local, arguments: given });
    expect(item.item_id).toBe("tour");
    expect((await started.kiwi.api.listItems(local)).broken).toEqual([]);
  });

  it("reads a file that became a link after it was listed as broken, not as its target", async () => {
    await using started = await startKiwi(
      { "secret.md": "the secret", "project/.ai/knowledge/note.md": "note" },
      { rescanMs: 600_000, watchDebounceMs: 600_000 },
    );
    const note = join(started.path, "project/.ai/knowledge/note.md");
    await rm(note);
    await symlink(join(started.path, "secret.md"), note);
    const given = { item_type: "knowledge", item_id: "note", source: "project" } as const;
    const error = await errorOf(started.kiwi.api.load({ ...local, arguments: given }));
    expect(error.code).toBe("item_broken");
    expect(JSON.stringify(error.toBody())).not.toContain("secret");
  });

  it.each([
    [
      "a billion laughs",
      `<!DOCTYPE x [<!ENTITY a "aaaa">]>\n<directive name="bad">&a;</directive>`,
    ],
    ["ten megabytes", `<directive name="bad">${"x".repeat(10 * 1024 * 1024)}</directive>`],
    ["binary", new Uint8Array([1, 2, 0, 3])],
    ["invalid UTF-8", new Uint8Array([0x3c, 0xff, 0xfe])],
    ["deep nesting", `<directive name="bad">${"<a>".repeat(70)}${"</a>".repeat(70)}</directive>`],
    ["many unclosed tags", "<directive ".repeat(80_000)],
    ["an empty file", ""],
    ["another name", directiveText("good")],
  ])("lists a directive that is %s as broken and goes on", async (_what, text) => {
    await using started = await startKiwi({
      "project/.ai/directives/bad.md": text,
      "project/.ai/directives/fine.md": directiveText("fine"),
    });
    const list = await started.kiwi.api.listItems(local);
    expect(list.items.map((item) => item.item_id)).toEqual(["fine"]);
    expect(list.broken).toHaveLength(1);
    const error = await errorOf(started.kiwi.api.load({ ...local, arguments: directive("bad") }));
    expect(error.code).toBe("item_broken");
    expect(error.message).toContain("directives/bad.md:");
  });

  it("serves an empty folder", async () => {
    await using started = await startKiwi({});
    await rm(join(started.path, "project/.ai"), { recursive: true });
    await using empty = await startKiwi({}, { project: join(started.path, "project") });
    for (const { kiwi } of [started, empty]) {
      expect(kiwi.unready()).toEqual([]);
      expect((await kiwi.api.search(ask("anything"))).results).toEqual([]);
    }
  });

  it("searches everywhere without making a database that nobody has published to", async () => {
    // Mutant: `look` in the registry's store without its question whether the database is untouched.
    await using folder = await temporaryDirectory();
    const directory = join(folder.path, "database");
    const database = openDatabase(`pglite:${directory}`);
    await using started = await startKiwi({}, {}, { database });
    const found = await started.kiwi.api.search({
      ...local,
      arguments: { item_type: "directive", query: "anything", source: "all" },
    });
    expect(found).toMatchObject({ results: [], total: 0 });
    expect(found).not.toHaveProperty("warnings");
    expect(database.isUntouched()).toBe(true);
    await database.close();
  });
});

describe("load", () => {
  it("finds exact and qualified ids, and lists the candidates of an ambiguous one", async () => {
    await using started = await startKiwi({
      "project/.ai/directives/email/validate.md": directiveText("validate"),
      "project/.ai/directives/data/validate.md": directiveText("validate"),
      "project/.ai/directives/deploy_prod.md": directiveText("deploy_prod"),
    });
    const load = (item_id: string) =>
      started.kiwi.api.load({ ...local, arguments: directive(item_id) });
    expect((await load("email/validate")).item.category).toBe("email");
    const ambiguous = await errorOf(load("validate"));
    expect(ambiguous.code).toBe("item_ambiguous");
    expect(ambiguous.details?.["candidates"]).toEqual(["data/validate", "email/validate"]);
    // Mutant: match with `includes`, and deploy loads deploy_prod.
    const missing = await errorOf(load("deploy"));
    expect(missing.code).toBe("item_not_found");
    expect(missing.message).toContain("Did you mean deploy_prod?");
    expect((await errorOf(load("deploy_prd"))).details?.["suggestions"]).toEqual(["deploy_prod"]);
  });

  it.each(["../secret", "/etc/passwd", "a/../../b", "a\\b", "a//b", ".", "a\0b"])(
    "refuses the path %j as an id",
    async (item_id) => {
      await using started = await startKiwi({});
      const error = await errorOf(
        started.kiwi.api.load({ ...local, arguments: directive(item_id) }),
      );
      expect(error).toMatchObject({ code: "invalid_request", details: { field: "item_id" } });
    },
  );

  it("copies an item into another source, whole, and does not overwrite another there", async () => {
    await using started = await startKiwi({
      "project/.ai/knowledge/tips/note.md": "the project's",
    });
    await mkdir(join(started.path, "user"), { recursive: true });
    const given = {
      item_type: "knowledge",
      item_id: "note",
      source: "project",
      destination: "user",
    } as const;
    const copied = await started.kiwi.api.load({ ...local, arguments: given });
    expect(copied).toMatchObject({ mode: "copied", item: { source: "user" } });
    const again = await started.kiwi.api.load({ ...local, arguments: given });
    expect(again.mode).toBe("copied");
    await started.write("user/.ai/knowledge/tips/note.md", "the user's own");
    await eventually(
      async () =>
        expect(await errorOf(started.kiwi.api.load({ ...local, arguments: given }))).toMatchObject({
          code: "item_ambiguous",
        }),
      { withinMs: 20_000 },
    );
  });

  it("says what is missing where no registry is set up", async () => {
    await using started = await startKiwi({});
    const given = { ...directive("x"), source: "registry" } as const;
    const error = await errorOf(started.kiwi.api.load({ ...local, arguments: given }));
    expect(error.code).toBe("registry_unavailable");
    expect(error.details).toEqual({ missing: "LILUX_STATE_DIR" });
  });
});

describe("discover", () => {
  it("gives as much detail as a score earns", async () => {
    const inputs = `<inputs><input name="file" type="string" required="true"/>
      <input name="n" type="integer" default="5"/></inputs>`;
    await using started = await startKiwi({
      "project/.ai/directives/profile_csv.md": directiveText("profile_csv", inputs),
      "project/.ai/directives/deploy.md": directiveText("deploy", inputs),
    });
    const { candidates } = await started.kiwi.api.discover({
      ...local,
      text: "profile csv",
      limit: 7,
    });
    expect(candidates).toMatchObject([
      {
        item_id: "profile_csv",
        score: 1,
        parameters: { n: 5 },
        examples: ["run profile csv", "run profile_csv file=…"],
      },
    ]);
  });
});

describe("the door", () => {
  it("takes tool for script, and names the field of a bad request", async () => {
    await using started = await startKiwi({ "project/.ai/scripts/report.py": "print(1)" });
    const request = { ...local, arguments: { item_type: "tool", query: "report" } };
    const found = await started.kiwi.api.search(request as never);
    expect(found.results).toMatchObject([{ item_id: "report", item_type: "script" }]);
    const bad = { ...local, arguments: { item_type: "recipe", query: "x" } };
    expect(await errorOf(started.kiwi.api.search(bad as never))).toMatchObject({
      code: "invalid_request",
      details: { field: "arguments.item_type" },
    });
    const tenant = await errorOf(started.kiwi.api.listItems({ tenant: testTenant("../other") }));
    expect(tenant).toMatchObject({ code: "invalid_request", details: { field: "tenant" } });
  });

  it("answers the same over gRPC, with the error's code and details", async () => {
    await using started = await startKiwi(
      { "project/.ai/directives/deploy.md": directiveText("deploy") },
      { listen: { host: "127.0.0.1", port: 0 } },
    );
    const client = await connectKiwi({
      address: `127.0.0.1:${started.kiwi.port()}`,
      logger: silentLogger(),
    });
    try {
      const direct = await started.kiwi.api.search(ask("depl"));
      expect(await client.search(ask("depl"))).toEqual(direct);
      const error = await errorOf(client.load({ ...local, arguments: directive("deplyo") }));
      expect(error).toMatchObject({
        code: "item_not_found",
        details: { suggestions: ["deploy"] },
      });
    } finally {
      await client.close();
    }
  });

  it("ends a call at the caller's abort and deadline with their own codes", async () => {
    await using started = await startKiwi({});
    const signal = AbortSignal.abort();
    expect((await errorOf(started.kiwi.api.listItems(local, { signal }))).code).toBe("cancelled");
  });

  it("counts calls by outcome and items by type", async () => {
    await using started = await startKiwi({ "project/.ai/scripts/report.py": "print(1)" });
    await started.kiwi.api.search(ask("x"));
    await errorOf(started.kiwi.api.load({ ...local, arguments: directive("none") }));
    const text = await started.kiwi.registry.metrics();
    expect(text).toContain('lilux_kiwi_calls_total{call="search",code="ok"} 1');
    expect(text).toContain('lilux_kiwi_calls_total{call="load",code="item_not_found"} 1');
    expect(text).toContain('lilux_kiwi_items{item_type="script"} 1');
  });
});
