import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { directiveText, startKiwi } from "../testing/start-kiwi.ts";
import { askedOf } from "../testing/yes.ts";

const step = (action: string) =>
  `<process><step name="one"><action>${action}</action></step></process>`;
const READS = '<effect class="read"/>';
const script = (effect: string, rest = "") =>
  `"""Does it."""\n__effect__ = "${effect}"\n${rest}\nprint("{}")\n`;
const WRITES = '__permissions__ = [{"verb": "write", "resource": "filesystem", "path": "work/**"}]';
const FILES = {
  "project/.ai/scripts/writer.py": script("read", WRITES),
  "project/.ai/scripts/purge.py": script("destructive"),
  "project/.ai/directives/calls_writer.md": directiveText(
    "calls_writer",
    step("Run script writer."),
    READS,
  ),
  "project/.ai/directives/calls_purge.md": directiveText(
    "calls_purge",
    step("Run script purge."),
    READS,
  ),
  "project/.ai/directives/calls_caller.md": directiveText(
    "calls_caller",
    step("Run directive calls_purge."),
    READS,
  ),
  "project/.ai/directives/calm.md": directiveText("calm", step("Think."), READS),
};
const EFFECTS = {
  writer: "write",
  purge: "destructive",
  calls_writer: "write",
  calls_purge: "destructive",
  calls_caller: "destructive",
  calm: "read",
};

// Mutants (D4): `summarise` taking the declared class; the reach not looked up; dependents not renewed.
test("lists, loads, hits and questions show the effective class, and why it is not the declared one", async () => {
  await using started = await startKiwi(FILES);
  const { api } = started.kiwi;
  const { items } = await api.listItems({ tenant: testTenant("local") });
  expect(Object.fromEntries(items.map((item) => [item.item_id, item.effect]))).toEqual(EFFECTS);
  const reasons = Object.fromEntries(items.map((item) => [item.item_id, item.effect_reason]));
  expect(reasons).toMatchObject({
    writer: "It may write files (work/**).",
    calls_writer: expect.stringContaining("script writer"),
    calls_caller: expect.stringContaining("script purge"),
    calm: undefined,
    purge: undefined,
  });
  const given = { item_type: "directive", item_id: "calls_caller", source: "project" } as const;
  expect((await api.load({ tenant: testTenant("local"), arguments: given })).item.effect).toBe(
    "destructive",
  );
  const query = { item_type: "directive", query: "calls caller" } as const;
  const { results } = await api.search({ tenant: testTenant("local"), arguments: query });
  expect(results[0]).toMatchObject({ item_id: "calls_caller", effect: "destructive" });
  const run = { item_type: "directive", item_id: "calls_caller", action: "run" } as const;
  const error = await askedOf(started, run);
  expect(error.details?.["item"]).toMatchObject({ effect_reason: reasons["calls_caller"] });
});

test("a class follows what it leads to, is announced with it, and changes the library's version", async () => {
  await using started = await startKiwi(FILES);
  const { api } = started.kiwi;
  const before = await api.listItems({ tenant: testTenant("local") });
  await started.write("project/.ai/scripts/purge.py", script("read"));
  const effectsNow = async () => {
    const { items } = await api.listItems({ tenant: testTenant("local") });
    return Object.fromEntries(items.map((item) => [item.item_id, item.effect]));
  };
  await expect.poll(effectsNow, { timeout: 10_000 }).toMatchObject({
    purge: "read",
    calls_purge: "read",
    calls_caller: "read",
  });
  expect((await api.listItems({ tenant: testTenant("local") })).version).not.toBe(before.version);
  const announced = started.changes.flatMap(({ changes }) => changes ?? []).map(({ key }) => key);
  expect(announced).toEqual(
    expect.arrayContaining(["script:purge", "directive:calls_purge", "directive:calls_caller"]),
  );
  await started.write("project/.ai/scripts/purge.py", script("destructive"));
  await expect.poll(effectsNow, { timeout: 10_000 }).toMatchObject(EFFECTS);
});
