import { mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { SYSTEM_FILES, type WritingFiles } from "@lilux/files";
import type { ExecuteAction, ExecuteArguments, ItemType, LoadArguments } from "@lilux/protocol";
import { describeInSandbox } from "@lilux/sandbox/testing";
import { eventually, testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { directiveText, errorOf, type StartedKiwi, startKiwi } from "../testing/start-kiwi.ts";
import { askedOf, executeWithYes } from "../testing/yes.ts";

type Parameters = Record<string, unknown>;

function argumentsOf(
  action: ExecuteAction,
  item_id: string,
  parameters?: Parameters,
  item_type: ItemType = "directive",
): ExecuteArguments {
  return { item_type, item_id, action, ...(parameters && { parameters }) };
}

async function execute(started: StartedKiwi, given: ExecuteArguments) {
  return (await executeWithYes(started, given)).data as Record<string, unknown>;
}

async function remove(
  started: StartedKiwi,
  item_id: string,
  parameters?: Parameters,
  item_type: ItemType = "directive",
) {
  const given = argumentsOf("delete", item_id, parameters, item_type);
  return (await executeWithYes(started, given)).data as Record<string, unknown>;
}

async function load(started: StartedKiwi, item_id: string, more: Partial<LoadArguments> = {}) {
  const given = { item_type: "directive", item_id, source: "project", ...more } as const;
  return started.kiwi.api.load({ tenant: testTenant("local"), arguments: given });
}

const WITHIN = { withinMs: 10_000 };

/** Items with what lies beside them, `.history` and the like, left out, relative to the project's `.ai`. */
async function filesOf(started: StartedKiwi, folder = "project/.ai"): Promise<string[]> {
  const entries = await readdir(join(started.path, folder), { recursive: true });
  return entries.filter((path) => /\.\w+$/.test(path) && !path.startsWith(".")).sort();
}

const steps = [{ name: "go", action: "Go." }];
const X = { "project/.ai/directives/email/x.md": directiveText("x") };

describe("create", () => {
  // Mutant: leave out library.update() after the write; the load is item_not_found.
  it("is found by search, load, list and run at once, and announced once", async () => {
    await using started = await startKiwi({});
    const parameters = { description: "Follow up with a lead.", category: "email/outreach", steps };
    const data = await execute(started, argumentsOf("create", "follow_up", parameters));
    expect(data).toMatchObject({
      source: "project",
      path: "directives/email/outreach/follow_up.md",
      qualified_id: "email/outreach/follow_up",
      changed: true,
    });
    const tenant = "local";
    const query = { item_type: "directive", query: "lead" } as const;
    const found = await started.kiwi.api.search({ tenant: testTenant(tenant), arguments: query });
    expect(found.results.map((hit) => hit.item_id)).toEqual(["follow_up"]);
    const loaded = await load(started, "follow_up");
    expect(loaded.item.content_hash).toBe(data["content_hash"]);
    expect(loaded.steps).toMatchObject(steps);
    expect((await started.kiwi.api.listItems({ tenant: testTenant(tenant) })).items).toHaveLength(
      1,
    );
    const ran = await started.execute({ arguments: argumentsOf("run", "follow_up") });
    expect(ran.result.status).toBe("ready");
    // The watcher sees the same file; a second item makes sure that it has looked.
    await started.write("project/.ai/directives/later.md", directiveText("later"));
    await eventually(() => {
      expect(started.changes.flatMap((change) => change.changed)).toContain("directive:later");
    }, WITHIN);
    const announced = started.changes.flatMap((change) => change.changed);
    expect(announced).toEqual(["directive:email/outreach/follow_up", "directive:later"]);
  });

  it.each(["directive", "script", "knowledge"] as const)(
    "makes of nothing but an id a %s that says it is a draft",
    async (item_type) => {
      await using started = await startKiwi({});
      const data = await execute(
        started,
        argumentsOf("create", "weekly_report", undefined, item_type),
      );
      expect(data).toMatchObject({ draft: true, changed: true });
      const { item, content } = await load(started, "weekly_report", { item_type });
      expect(item).toMatchObject({ description: "Weekly report", tags: ["draft"] });
      expect(content).toContain("draft");
      const filled = {
        directive: { steps },
        script: { code: "print(1)" },
        knowledge: { body: "B." },
      };
      const update = argumentsOf("update", "weekly_report", filled[item_type], item_type);
      expect(await execute(started, update)).not.toHaveProperty("draft");
      expect((await load(started, "weekly_report", { item_type })).item.tags).toEqual([]);
    },
  );

  it("takes a whole file as content, line ends and byte order mark normalised", async () => {
    await using started = await startKiwi({});
    const content = `\uFEFF${directiveText("x").replaceAll("\n", "\r\n")}`;
    await execute(started, argumentsOf("create", "ops/x", { content }));
    const file = await readFile(join(started.path, "project/.ai/directives/ops/x.md"), "utf8");
    expect(file).toBe(directiveText("x"));
  });

  it("goes to the user's library when it says so", async () => {
    await using started = await startKiwi({});
    await execute(started, argumentsOf("create", "x", { steps, destination: "user" }));
    expect((await load(started, "x", { source: "user" })).item.source).toBe("user");
    expect(await filesOf(started, "user/.ai")).toEqual(["directives/x.md"]);
  });

  // Mutant: let assertNew return at once; the bare id then gets a second file.
  it("refuses an id that a load would find, and says which item that is", async () => {
    await using started = await startKiwi({
      ...X,
      "user/.ai/directives/mine.md": directiveText("mine"),
    });
    for (const [id, existing] of [
      ["x", "email/x"],
      ["email/x", "email/x"],
      ["mine", "mine"],
    ] as const) {
      const error = await errorOf(execute(started, argumentsOf("create", id, { steps })));
      expect(error.code).toBe("item_exists");
      expect(error.details?.["existing"]).toMatchObject({ qualified_id: existing });
    }
    // Whoever says where may have another of the same name.
    await execute(started, argumentsOf("create", "x", { steps, category: "ops" }));
    await execute(started, argumentsOf("create", "mine", { steps, destination: "project" }));
    expect(await filesOf(started)).toEqual([
      "directives/email/x.md",
      "directives/mine.md",
      "directives/ops/x.md",
    ]);
  });

  it("made twice at once, exists once", async () => {
    await using started = await startKiwi({});
    const both = ["one", "two"].map((description) =>
      execute(started, argumentsOf("create", "x", { description, steps })).catch(
        (error) => error.code,
      ),
    );
    const results = await Promise.all(both);
    expect(results.filter((result) => result === "item_exists")).toHaveLength(1);
  });

  // Mutant: never return the known record; the repeat is item_exists.
  it("repeated with the same call id answers the recorded result", async () => {
    await using started = await startKiwi({});
    const request = { arguments: argumentsOf("create", "x", { steps }), callId: "same" };
    const first = await started.execute(request);
    const second = await started.execute(request);
    expect(second.result).toEqual(first.result);
  });
});

describe("names and contents that are refused by the name of their field", () => {
  it.each<[string, string, string, Parameters]>([
    ["a way out", "../x", "item_id", {}],
    ["an absolute path", "/etc/x", "item_id", {}],
    ["a way out by the category", "x", "category", { category: "../.." }],
    ["an absolute category", "x", "category", { category: "/etc" }],
    ["a zero byte", "a\0b", "item_id", {}],
    ["a zero byte in the category", "x", "category", { category: "a\0b" }],
    ["a hidden file", ".x", "item_id", {}],
    ["a hidden folder", "x", "category", { category: ".history" }],
    ["a device", "con", "item_id", {}],
    ["a very long name", "x".repeat(200), "item_id", {}],
    ["too many folders", "x", "category", { category: "a/b/c/d/e/f/g/h/i" }],
    ["the folder of shared modules", "x", "item_id", { category: "lib" }],
    ["a readme", "README", "item_id", {}],
    ["another publisher's folder", "@acme/x", "item_id", {}],
    ["an order of characters that lies", "x\u202Ey", "item_id", {}],
    ["two categories", "a/x", "category", { category: "b" }],
    ["an unknown field", "x", "colour", { colour: "red" }],
    ["a field of another type", "x", "code", { code: "print(1)" }],
    ["content and fields", "x", "description", { content: "x", description: "y" }],
    ["content that is no directive", "x", "content", { content: "# Nothing" }],
    ["content of another name", "x", "content", { content: directiveText("y") }],
    ["content with a zero byte", "x", "content", { content: `${directiveText("x")}\0` }],
    ["content that is no Unicode", "x", "content", { content: `${directiveText("x")}\uD800` }],
    [
      "content of more than 1 MB",
      "x",
      "content",
      { content: directiveText("x") + " ".repeat(1_048_576) },
    ],
    ["a control character", "x", "description", { description: "a\u0007b" }],
    ["a version that is none", "x", "version", { version: "latest" }],
    ["a place that is none", "x", "destination", { destination: "registry" }],
  ])("%s", async (_what, item_id, field, parameters) => {
    await using started = await startKiwi({});
    const error = await errorOf(execute(started, argumentsOf("create", item_id, parameters)));
    expect(["invalid_request", "invalid_inputs"]).toContain(error.code);
    expect(error.details?.["field"]).toBe(field);
    expect(await filesOf(started)).toEqual([]);
  });

  it("a name that differs from another only in case, as an item and as a category", async () => {
    await using started = await startKiwi(X);
    for (const [id, category] of [
      ["X", "email"],
      ["y", "Email"],
    ] as const) {
      const given = argumentsOf("create", id, { steps, category });
      const error = await errorOf(execute(started, given));
      expect(error.code).toBe("invalid_inputs");
      expect(error.message).toContain("case");
    }
    expect(await filesOf(started)).toEqual(["directives/email/x.md"]);
  });

  // Mutant: let isFolder follow links (stat for lstat); the file is written outside.
  it("a link in the way, as a category, as an item, as the folder of its type", async () => {
    await using started = await startKiwi({ ...X, "outside/x.md": directiveText("x") });
    const ai = join(started.path, "project/.ai");
    await symlink(join(started.path, "outside"), join(ai, "directives/linked"));
    await symlink(join(started.path, "outside"), join(ai, "knowledge"));
    await symlink(join(ai, "directives/email/x.md"), join(ai, "directives/twin.md"));
    const attempts = [
      argumentsOf("create", "y", { steps, category: "linked" }),
      argumentsOf("create", "y", {}, "knowledge"),
    ];
    for (const given of attempts) {
      expect((await errorOf(execute(started, given))).code).toBe("invalid_inputs");
    }
    const twin = argumentsOf("update", "twin", { content: directiveText("twin") });
    await eventually(async () => {
      expect((await errorOf(execute(started, twin))).code).toBe("invalid_inputs");
    }, WITHIN);
    expect((await errorOf(remove(started, "twin"))).code).toBe("invalid_inputs");
    expect(await readdir(join(started.path, "outside"))).toEqual(["x.md"]);
    expect(await readFile(join(ai, "directives/email/x.md"), "utf8")).toBe(directiveText("x"));
  });
});

describe("update", () => {
  it("changes single fields, keeps the rest to the byte, and keeps what was before", async () => {
    const before = directiveText("x", "<!-- mind this -->\n  <custom a='1'/>");
    await using started = await startKiwi({ "project/.ai/directives/x.md": before });
    const data = await execute(started, argumentsOf("update", "x", { version: "1.1.0" }));
    const after = before.replace("1.0.0", "1.1.0");
    expect((await load(started, "x")).content).toBe(after);
    const version = String(data["kept_version"]);
    const loaded = await load(started, "x");
    expect(loaded.versions).toEqual([{ version, saved_at: expect.stringMatching(/^\d{4}-.*Z$/) }]);
    const old = await load(started, "x", { version });
    expect(old).toMatchObject({ content: before, mode: "read_only", item: { version: "1.0.0" } });
    await execute(started, argumentsOf("update", "x", { restore: version }));
    expect((await load(started, "x")).content).toBe(before);
  });

  it("that changes nothing says so and writes nothing", async () => {
    await using started = await startKiwi(X);
    for (const parameters of [{ version: "1.0.0" }, { content: directiveText("x") }]) {
      const data = await execute(started, argumentsOf("update", "x", parameters));
      expect(data).toMatchObject({ changed: false, note: expect.stringContaining("nothing") });
    }
    expect(await load(started, "x")).not.toHaveProperty("versions");
    expect(started.changes).toEqual([]);
  });

  // Mutant: leave assertSame out of commitUpdate; both succeed and one is lost.
  it("based on what is no longer there is a conflict: of two at once exactly one wins", async () => {
    await using started = await startKiwi(X);
    const given = ["1.1.0", "1.2.0"].map((version) => argumentsOf("update", "x", { version }));
    const results = await Promise.all(
      given.map((one) =>
        execute(started, one).then(
          () => "ok",
          (error) => error.code,
        ),
      ),
    );
    expect(results.sort()).toEqual(["item_conflict", "ok"]);
    const stale = argumentsOf("update", "x", { version: "2.0.0", expectedSha256: "0".repeat(64) });
    const error = await errorOf(execute(started, stale));
    expect(error.code).toBe("item_conflict");
    const expectedSha256 = error.details?.["actual"];
    const fresh = argumentsOf("update", "x", { version: "2.0.0", expectedSha256 });
    expect(await execute(started, fresh)).toMatchObject({ changed: true });
  });

  // Mutant: leave out prune(); more than 20 versions stay.
  it("keeps the first and the newest twenty versions", async () => {
    await using started = await startKiwi(X);
    for (let patch = 1; patch <= 23; patch += 1) {
      await execute(started, argumentsOf("update", "x", { version: `1.0.${patch}` }));
    }
    const { versions = [] } = await load(started, "x");
    expect(versions).toHaveLength(1 + 20);
    const newest = await load(started, "x", { version: versions[0]?.version ?? "" });
    expect(newest.item.version).toBe("1.0.22");
  });

  it("mends a broken file with a whole one, and is needed for that", async () => {
    await using started = await startKiwi({
      "project/.ai/directives/x.md": "<directive name='x'>",
    });
    const fields = await errorOf(
      execute(started, argumentsOf("update", "x", { version: "1.0.0" })),
    );
    expect(fields.code).toBe("item_broken");
    await execute(started, argumentsOf("update", "x", { content: directiveText("x") }));
    expect((await load(started, "x")).item.item_id).toBe("x");
  });

  it("names what is missing, and items that do not exist", async () => {
    await using started = await startKiwi(X);
    const empty = await errorOf(execute(started, argumentsOf("update", "x")));
    expect(empty).toMatchObject({ code: "invalid_inputs", details: { field: "content" } });
    const missing = await errorOf(
      execute(started, argumentsOf("update", "y", { version: "1.0.0" })),
    );
    expect(missing.code).toBe("item_not_found");
  });
});

describe("delete", () => {
  it("needs a confirmation, keeps the file, says that it was deleted, and can be undone", async () => {
    await using started = await startKiwi(X);
    await askedOf(started, argumentsOf("delete", "x"));
    const { kept_version } = await remove(started, "x");
    expect(await filesOf(started)).toEqual([]);
    const gone = await errorOf(load(started, "email/x"));
    expect(gone.code).toBe("item_not_found");
    expect(gone.message).toContain(String(kept_version));
    expect((await load(started, "email/x", { version: String(kept_version) })).content).toBe(
      directiveText("x"),
    );
    await execute(started, argumentsOf("create", "email/x", { restore: kept_version }));
    expect((await load(started, "x")).content).toBe(directiveText("x"));
    expect(started.changes.map((change) => change.changed)).toEqual([
      ["directive:email/x"],
      ["directive:email/x"],
    ]);
  });

  it("takes the project's item before the user's, or the one that is said", async () => {
    const text = directiveText("x");
    const files = { "project/.ai/directives/x.md": text, "user/.ai/directives/x.md": text };
    await using started = await startKiwi(files);
    expect(await remove(started, "x", { source: "user" })).toMatchObject({ source: "user" });
    expect(await remove(started, "x")).toMatchObject({ source: "project" });
  });

  it("removes a file that cannot be read, and keeps its bytes", async () => {
    const bytes = new Uint8Array([0, 255, 0, 1]);
    await using started = await startKiwi({ "project/.ai/directives/x.md": bytes });
    const { kept_version } = await remove(started, "x");
    const kept = join(started.path, `project/.ai/.history/directive/x/${kept_version}.md`);
    expect(new Uint8Array(await readFile(kept))).toEqual(bytes);
  });
});

describeInSandbox("deleting a script while it runs", () => {
  it("leaves the run its own copy", async () => {
    const code =
      'import sys, time\nprint("on", file=sys.stderr, flush=True)\ntime.sleep(0.5)\nprint("{\\"done\\": true}")\n';
    await using started = await startKiwi({ "project/.ai/scripts/x.py": code });
    const given = argumentsOf("run", "x", undefined, "script");
    const request = {
      tenant: testTenant("local"),
      callId: "run",
      arguments: given,
      by: "person",
    } as const;
    const events = started.kiwi.api.execute(request);
    for await (const event of events) {
      if (event.type === "progress") await remove(started, "x", undefined, "script");
      else expect(event.result).toMatchObject({ status: "success", data: { done: true } });
    }
    expect(await filesOf(started)).toEqual([]);
  });
});

describe("a disk that cannot be written to", () => {
  function failing(code: string, name: keyof WritingFiles): WritingFiles {
    const fail = async (): Promise<never> => {
      throw Object.assign(new Error(`${code}: it failed`), { code });
    };
    return { ...SYSTEM_FILES, [name]: fail };
  }

  /** A file that opens, takes half of what it is given, and then finds the disk full. */
  const fillsUp: WritingFiles = {
    ...SYSTEM_FILES,
    async open(path, flags, mode) {
      const handle = await SYSTEM_FILES.open(path, flags, mode);
      // What was there before can still be kept; the new text no longer fits.
      if (!String(path).includes("/directives/")) return handle;
      const writeFile = async (data: string | Uint8Array): Promise<never> => {
        await handle.write(data.slice(0, data.length / 2).toString());
        throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
      };
      return new Proxy(handle, {
        get: (target, name) => {
          if (name === "writeFile") return writeFile;
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };

  // Mutants: write over the target itself instead of a draft, and half a file stays;
  // leave out the removal of the draft, and that stays.
  it.each([
    ["full in the middle of a file", "full", fillsUp],
    ["full for a new folder", "full", failing("ENOSPC", "mkdir")],
    ["not ours", "forbidden", failing("EACCES", "open")],
    ["read-only", "read_only", failing("EROFS", "open")],
    ["broken", "failed", failing("EIO", "open")],
  ] as const)("%s: says so, and leaves everything as it was", async (_what, reason, files) => {
    await using started = await startKiwi(X, {}, { files });
    const attempts = [
      argumentsOf("create", "new", { steps, category: "ops" }),
      argumentsOf("update", "x", { version: "9.0.0" }),
    ];
    for (const given of attempts) {
      const error = await errorOf(execute(started, given));
      expect(error).toMatchObject({ code: "library_unwritable", details: { reason } });
      expect(error.message).not.toContain(started.path);
    }
    expect(await filesOf(started)).toEqual(["directives/email/x.md"]);
    expect((await load(started, "x")).content).toBe(directiveText("x"));
    const drafts = await readdir(join(started.path, "project/.ai"), { recursive: true });
    expect(drafts.filter((path) => path.endsWith(".draft"))).toEqual([]);
  });

  it("a rename that fails leaves the old file in place", async () => {
    await using started = await startKiwi(X, {}, { files: failing("ENOSPC", "rename") });
    const error = await errorOf(execute(started, argumentsOf("update", "x", { version: "9.0.0" })));
    expect(error.code).toBe("library_unwritable");
    expect((await errorOf(remove(started, "x"))).code).toBe("library_unwritable");
    expect((await load(started, "x")).content).toBe(directiveText("x"));
  });
});

describe("who may write", () => {
  it("refuses a tenant that shares its library with others, and lets one with a folder of its own", async () => {
    const request = {
      tenant: testTenant("acme"),
      arguments: argumentsOf("create", "new", { steps }),
    };
    await using shared = await startKiwi({});
    const error = await errorOf(shared.execute(request));
    expect(error).toMatchObject({ code: "library_unwritable", details: { reason: "shared" } });
    await using probe = await startKiwi({});
    const tenantRoot = join(probe.path, "tenants");
    await mkdir(tenantRoot);
    await using own = await startKiwi({}, { tenantRoot });
    await own.execute(request);
    expect(await filesOf(probe, "tenants/acme/.ai")).toEqual(["directives/new.md"]);
    expect(await filesOf(own)).toEqual([]);
  });

  // Mutant: leave out assertPermitted; the create goes through.
  it("lets a directive write only what its grants name, by the qualified id", async () => {
    await using started = await startKiwi({});
    const grant = { resource: "directive", id: "drafts/*", action: "create" };
    const grants = [{ verb: "execute", attributes: grant }];
    const elsewhere = argumentsOf("create", "x", { steps });
    const error = await errorOf(started.execute({ arguments: elsewhere, grants }));
    expect(error.code).toBe("permission_denied");
    const inside = argumentsOf("create", "x", { steps, category: "drafts" });
    await started.execute({ arguments: inside, grants });
    const change = argumentsOf("update", "drafts/x", { version: "1.0.0" });
    expect((await errorOf(started.execute({ arguments: change, grants }))).code).toBe(
      "permission_denied",
    );
  });
});
