import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecuteArguments } from "@lilux/protocol";
import { clockOf, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { type StartedKiwi, startKiwi } from "../testing/start-kiwi.ts";
import { askedOf, executeWithYes } from "../testing/yes.ts";

const FIRST = "---\ntitle: Note\n---\n\nThe original.\n";
const FILES = { "project/.ai/knowledge/note.md": FIRST };
const item = { item_type: "knowledge", item_id: "note" } as const;
const rewrite = (body: string): ExecuteArguments => ({
  ...item,
  action: "update",
  parameters: { body },
});

async function kept(started: StartedKiwi) {
  const given = { ...item, source: "project" } as const;
  const { versions = [] } = await started.kiwi.api.load({
    tenant: testTenant("local"),
    arguments: given,
  });
  return versions;
}

async function textOf(started: StartedKiwi, version: string): Promise<string> {
  const folder = "project/.ai/.history/knowledge/note";
  return readFile(join(started.path, folder, `${version}.md`), "utf8");
}

// Mutant (D15): the newest 20 alone.
test("the first version and one of each day outlast any number of updates", async () => {
  let now = Date.parse("2026-03-01T08:00:00Z");
  await using started = await startKiwi(FILES, {}, { clock: clockOf(() => now) });
  for (let day = 0; day < 3; day += 1) {
    for (let at = 0; at < 30; at += 1) {
      now += 60_000;
      await started.execute({ arguments: rewrite(`Day ${day}, text ${at}.`) });
    }
    now += 23 * 3_600_000;
  }
  const versions = await kept(started);
  const texts = await Promise.all(versions.map(({ version }) => textOf(started, version)));
  expect(texts.at(-1)).toBe(FIRST);
  expect(texts.some((text) => text.includes("Day 0, text 29."))).toBe(true);
  expect(texts.some((text) => text.includes("Day 1, text 29."))).toBe(true);
  // The first, which is the first of its day as well, those of two more days, and the newest.
  expect(versions).toHaveLength(3 + 20);
});

test("many updates of one item in an hour ask, unless they are a person's", async () => {
  let now = Date.parse("2026-03-01T08:00:00Z");
  await using started = await startKiwi(FILES, {}, { clock: clockOf(() => now) });
  for (let at = 0; at < 10; at += 1) {
    now += 1_000;
    await started.execute({ arguments: rewrite(`Text ${at}.`), by: "model" });
  }
  const error = await askedOf(started, rewrite("One more."), { by: "model" });
  expect(error.details).toMatchObject({ reasons: ["many_updates"], effect: "write" });
  await askedOf(started, rewrite("One more."), { by: "directive" });
  await started.execute({ arguments: rewrite("By a person.") });
  await executeWithYes(started, rewrite("With a yes."), { by: "model" });
  now += 61 * 60_000;
  await started.execute({ arguments: rewrite("An hour later."), by: "model" });
});
