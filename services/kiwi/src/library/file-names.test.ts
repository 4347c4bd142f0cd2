import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { directiveText, errorOf, startKiwi } from "../testing/start-kiwi.ts";

const COMPOSED = "pr\u00FCfung";
const DECOMPOSED = COMPOSED.normalize("NFD");
const local = "local";

describe.each([
  ["decomposed on the disk, composed by a keyboard", DECOMPOSED, COMPOSED],
  ["composed on the disk, decomposed by a keyboard", COMPOSED, DECOMPOSED],
])("a name %s, is one name", (_what, onDisk, typed) => {
  const start = () =>
    startKiwi({
      [`project/.ai/directives/${onDisk}/${onDisk}.md`]: directiveText(typed),
      [`project/.ai/scripts/${onDisk}.py`]: '"""A check."""\nprint("{}")\n',
      [`project/.ai/knowledge/${onDisk}/${onDisk}.md`]: `---\nid: ${typed}\n---\n# Plan\n\nText.\n`,
    });

  it("no item is broken, and ids are listed composed", async () => {
    await using started = await start();
    const { items, broken } = await started.kiwi.api.listItems({ tenant: testTenant(local) });
    expect(broken).toEqual([]);
    expect(items.map(({ qualified_id }) => qualified_id).sort()).toEqual(
      [COMPOSED, `${COMPOSED}/${COMPOSED}`, `${COMPOSED}/${COMPOSED}`].sort(),
    );
  });

  it.each(["directive", "script", "knowledge"] as const)(
    "a %s is loaded and found",
    async (type) => {
      await using started = await start();
      const load = (item_id: string) =>
        started.kiwi.api.load({
          tenant: testTenant(local),
          arguments: { item_type: type, item_id, source: "project" },
        });
      for (const id of [typed, onDisk]) expect((await load(id)).item.item_id).toBe(COMPOSED);
      const qualified = type === "script" ? typed : `${typed}/${typed}`;
      expect((await load(qualified)).item.item_id).toBe(COMPOSED);
      const found = await started.kiwi.api.search({
        tenant: testTenant(local),
        arguments: { item_type: type, query: typed },
      });
      expect(found.results.map(({ item_id }) => item_id)).toEqual([COMPOSED]);
    },
  );

  it("is changed where it lies, and nothing is made beside it", async () => {
    await using started = await start();
    const folder = join(started.path, "project/.ai/knowledge", onDisk);
    const execute = async (
      action: "create" | "update",
      item_id: string,
      parameters: Record<string, unknown>,
    ) => {
      const call = { item_type: "knowledge", item_id, action, parameters } as const;
      return (await started.execute({ arguments: call })).result;
    };
    await execute("update", typed, { title: "New" });
    await execute("create", `${typed}/other`, { title: "Other" });
    expect((await readdir(folder)).sort()).toEqual(["other.md", `${onDisk}.md`].sort());
    expect(await readdir(join(folder, ".."))).toEqual([onDisk]);
    const twice = await errorOf(execute("create", `${typed}/${typed}`, { title: "Again" }));
    expect(twice.code).toBe("item_exists");
  });
});

it("two files of one name are not chosen between", async () => {
  await using started = await startKiwi({
    [`project/.ai/knowledge/${COMPOSED}.md`]: "# One\n",
    [`project/.ai/knowledge/${DECOMPOSED}.md`]: "# Two\n",
  });
  const call = { item_type: "knowledge", item_id: COMPOSED, source: "project" } as const;
  const error = await errorOf(
    started.kiwi.api.load({ tenant: testTenant(local), arguments: call }),
  );
  expect(error.code).toBe("item_ambiguous");
  expect(error.message).toContain("Rename");
});

describe("a file that is no item for its name alone is listed with what to do", () => {
  it.each([
    ["knowledge/Upper.MD", "Upper.md"],
    ["knowledge/a/notes.markdown", "notes.md"],
    ["knowledge/notes.md.txt", "notes.md"],
    ["directives/go.Md", "go.md"],
    ["scripts/run.PY", "run.py"],
    ["scripts/run.pyw", "run.py"],
    ["knowledge/a\\b.md", "backslash"],
  ])("%s", async (path, advice) => {
    await using started = await startKiwi({ [`project/.ai/${path}`]: "# A\n\nText.\n" });
    const { items, broken } = await started.kiwi.api.listItems({ tenant: testTenant(local) });
    expect(items).toEqual([]);
    expect(broken).toMatchObject([{ path }]);
    expect(`${broken[0]?.cause} ${broken[0]?.fix}`).toContain(advice);
  });

  it("what lies beside items is not", async () => {
    const beside = [
      "scripts/data.csv",
      "scripts/lib/a.PY",
      "knowledge/plan.png",
      "knowledge/.a.MD",
    ];
    const files = [...beside, "knowledge/README.markdown", "scripts/notes.md"];
    await using started = await startKiwi(
      Object.fromEntries(files.map((path) => [`project/.ai/${path}`, "x"])),
    );
    const { broken } = await started.kiwi.api.listItems({ tenant: testTenant(local) });
    expect(broken.map(({ path }) => path)).toEqual(["knowledge/README.markdown"]);
  });
});
