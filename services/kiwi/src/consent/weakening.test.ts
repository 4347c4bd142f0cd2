import type { ExecuteArguments } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { describe, expect, test } from "vitest";
import { directiveText, startKiwi } from "../testing/start-kiwi.ts";
import { askedOf, executeWithYes } from "../testing/yes.ts";

const SCRIPT = `"""Removes old files."""
__version__ = "1.0.0"
__tool_description__ = "Removes what is old."
__effect__ = "destructive"
__permissions__ = [{"verb": "read", "resource": "filesystem", "path": "work/**"}]

import os

print('{"removed": []}')
`;
const STEP = '<process><step name="one"><action>Look around.</action></step></process>';
const PERMISSIONS =
  '<permissions><read resource="knowledge" id="a"/><deny resource="script" id="b"/></permissions>';
const FILES = {
  "project/.ai/scripts/purge.py": SCRIPT,
  "project/.ai/directives/tour.md": directiveText("tour", STEP, PERMISSIONS),
  "project/.ai/knowledge/note.md": "---\ntitle: Note\n---\n\nThe first text.\n",
};

const update = (
  item_type: "script" | "directive" | "knowledge",
  item_id: string,
  parameters: Record<string, unknown>,
): ExecuteArguments => ({ item_type, item_id, action: "update", parameters });

const script = (from: string, to: string) =>
  update("script", "purge", { content: SCRIPT.replace(from, to) });
const tour = (from: string, to: string) =>
  update("directive", "tour", {
    content: FILES["project/.ai/directives/tour.md"].replace(from, to),
  });

const WEAKENS: [string, ExecuteArguments][] = [
  ["a lower class by a field", update("script", "purge", { effect: "write" })],
  ["a lower class in the whole text", script('"destructive"', '"write"')],
  ["a class left out", script('__effect__ = "destructive"\n', "")],
  [
    "one more grant",
    update("script", "purge", {
      permissions: [
        { verb: "read", attributes: { resource: "filesystem", path: "work/**" } },
        { verb: "write", attributes: { resource: "filesystem", path: "work/**" } },
      ],
    }),
  ],
  ["a grant on more", script("work/**", "**")],
  ["a variable", update("script", "purge", { environment: ["TOKEN"] })],
  ["a package", update("script", "purge", { dependencies: ["requests"] })],
  [
    "a package in a comment",
    script("import os", '# /// script\n# dependencies = ["requests"]\n# ///\nimport os'),
  ],
  ["other code", script("print(", "os.remove('x')\nprint(")],
  ["other code by a field", update("script", "purge", { code: "print('{}')" })],
  ["another module under the same name", script("import os", "from lib import os")],
  ["code hidden in its description", script("print(", "exec(__tool_description__)\nprint(")],
  [
    "an encoding that makes another program of it",
    script('"""Removes', '# coding: utf-7\n"""Removes'),
  ],
  [
    "a default of an input",
    update("script", "purge", { inputs: [{ name: "path", type: "string", default: "/" }] }),
  ],
  ["another step", tour("Look around.", "Run script purge.")],
  [
    "one more step",
    tour("</process>", '<step name="two"><action>Run script purge.</action></step></process>'),
  ],
  ["a step's name for its call", tour('<step name="one">', '<step name="one" script="purge">')],
  [
    "one more grant of a directive",
    tour("<permissions>", '<permissions><execute resource="script"/>'),
  ],
  ["a denial gone", tour('<deny resource="script" id="b"/>', "")],
];

describe("an update that lowers a class, widens grants or changes what runs asks whoever makes it", () => {
  // Mutant (D2): `effectOfCall` alone, which takes every update for a write.
  test.each(WEAKENS)("%s", async (_what, given) => {
    await using started = await startKiwi(FILES);
    for (const by of ["person", "directive", "model"] as const) {
      const error = await askedOf(started, given, { by });
      expect(error.details).toMatchObject({ effect: "destructive" });
      expect(error.details?.["reasons"]).toContain("weakens");
      expect(error.details?.["changes"]).not.toEqual([]);
    }
  });
});

describe("an update of what an item says of itself asks nobody", () => {
  test.each<[string, ExecuteArguments]>([
    ["a description", update("script", "purge", { description: "Removes files that are old." })],
    ["tags and version", update("script", "purge", { tags: ["files"], version: "1.0.1" })],
    ["a description in the whole text", script("Removes what is old.", "Removes the old.")],
    [
      "fewer grants",
      script('[{"verb": "read", "resource": "filesystem", "path": "work/**"}]', "[]"),
    ],
    ["a comment", script("import os", "# The system's own.\nimport os")],
    ["a directive's description", update("directive", "tour", { description: "Shows around." })],
    ["fewer grants of a directive", tour('<read resource="knowledge" id="a"/>', "")],
    ["a knowledge entry's text", update("knowledge", "note", { body: "Another text." })],
    ["nothing", update("script", "purge", { content: SCRIPT })],
  ])("%s", async (_what, given) => {
    await using started = await startKiwi(FILES);
    const { result } = await started.execute({ arguments: given, by: "model" });
    expect(result.status).toBe("success");
  });
});

test("with a yes it is written, and going back to the milder text asks again", async () => {
  await using started = await startKiwi(FILES);
  const raised = update("script", "purge", { effect: "destructive" });
  const lowered = update("script", "purge", { effect: "write" });
  expect((await executeWithYes(started, lowered)).status).toBe("success");
  expect((await started.execute({ arguments: raised })).result.status).toBe("success");
  const loaded = await started.kiwi.api.load({
    tenant: testTenant("local"),
    arguments: { item_type: "script", item_id: "purge", source: "project" },
  });
  const milder = loaded.versions?.[0]?.version;
  await askedOf(started, update("script", "purge", { restore: milder }));
});

test("a broken file is a person's to mend: for anybody else nobody knows what it was", async () => {
  await using started = await startKiwi({ "project/.ai/scripts/bad.py": "__effect__ = 3\n" });
  const mended = update("script", "bad", { content: SCRIPT });
  await askedOf(started, mended, { by: "model" });
  expect((await started.execute({ arguments: mended })).result.status).toBe("success");
});
