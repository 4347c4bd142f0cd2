import { testTenant } from "@lilux/testkit";
import { expect, it } from "vitest";
import { errorOf, startKiwi } from "../testing/start-kiwi.ts";

/** Scripts that say in Python, but not where it is read, that they destroy or what they need. */
const SCRIPTS: Readonly<Record<string, string>> = {
  by_constant: 'WIPES = "destructive"\n__effect__ = WIPES',
  in_if: 'if True:\n    __effect__ = "destructive"',
  in_tuple: '__effect__, __version__ = "destructive", "1.0.0"',
  in_class: 'class Manifest:\n    __effect__ = "destructive"',
  imported: "from shared import wipes as __effect__",
  twice: '__effect__ = "read"\n__effect__ = "destructive"',
  inputs_added: '__inputs__ = [{"name": "a"}] + [{"name": "table", "required": True}]',
};

it("a script whose effect or inputs cannot be read is listed as broken and runs in no way", async () => {
  const files = Object.entries(SCRIPTS).map(([id, text]) => [
    `project/.ai/scripts/rows/${id}.py`,
    `"""Delete all rows."""\n${text}\nprint('{"ran": true}')\n`,
  ]);
  await using started = await startKiwi(Object.fromEntries(files));
  const { items, broken } = await started.kiwi.api.listItems({ tenant: testTenant("local") });
  expect(items).toEqual([]);
  expect(broken.map(({ path }) => path).sort()).toHaveLength(files.length);
  for (const { line, column, fix } of broken) {
    expect(line).toBeGreaterThan(1);
    expect(column).toBeGreaterThan(0);
    expect(fix).toContain("Write __");
  }
  for (const item_id of Object.keys(SCRIPTS)) {
    const given = { item_type: "script", item_id, action: "run" } as const;
    const error = await errorOf(started.execute({ arguments: given }));
    expect({ item_id, code: error.code }).toEqual({ item_id, code: "item_broken" });
  }
});

it.each([
  '__version__ = "1.0.0"; __effect__ = "destructive"',
  '__effect__ = EFFECT = "destructive"',
  '__effect__: str = (\n    "destructive"  # all of them\n)',
])("a destructive script runs only when it is confirmed: %s", async (manifest) => {
  await using started = await startKiwi({
    "project/.ai/scripts/rows/it.py": `"""Delete all rows."""\n${manifest}\nprint("{}")\n`,
  });
  const given = { item_type: "script", item_id: "it", action: "run" } as const;
  expect((await errorOf(started.execute({ arguments: given }))).code).toBe("confirm_required");
});

it("neither create nor update writes a script whose manifest cannot be read", async () => {
  await using started = await startKiwi({ "project/.ai/scripts/it.py": 'print("{}")\n' });
  const code = 'WIPES = "destructive"\n__effect__ = WIPES\nprint("{}")\n';
  for (const [action, item_id] of [
    ["create", "rows/new"],
    ["update", "it"],
  ] as const) {
    const given = { item_type: "script", item_id, action, parameters: { code } } as const;
    const error = await errorOf(started.execute({ arguments: given }));
    expect({ action, code: error.code }).toEqual({ action, code: "invalid_inputs" });
    expect(error.message).toContain("__effect__");
  }
});
