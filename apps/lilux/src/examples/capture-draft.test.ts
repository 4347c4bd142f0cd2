import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKOUT } from "../checkout.ts";
import { captureDrafts } from "./capture-draft.ts";
import { checkExamples } from "./check-examples.ts";
import type { ExampleDraft } from "./example-draft.ts";

const GONE = {
  name: "execute",
  arguments: { item_type: "script", item_id: "jar_labels", action: "run" },
} as const;
const NOTE = {
  name: "load",
  arguments: { item_type: "knowledge", item_id: "dome_rules", source: "project" },
} as const;

test("a call that is refused before it begins leaves the calls after it to the steps that made them", async () => {
  const draft: ExampleDraft = {
    id: "gone",
    category: "errors",
    behaviour: "recover",
    library: "observatory",
    splitKey: "observatory/gone",
    kind: "ask",
    text: "run jar_labels, then show the dome rules",
    suggest: null,
    steps: [{ calls: [GONE] }, { calls: [NOTE] }],
    response: "There is no such script; the dome rules are above.",
  };
  const { examples, failures } = await capture([draft]);
  expect(failures).toEqual([]);
  expect(examples[0]?.steps).toMatchObject([
    { by: "model", calls: [{ call: GONE, ok: false, error: { code: "item_not_found" } }] },
    { by: "model", calls: [{ call: NOTE, ok: true }] },
  ]);
});

test("what was refused and what was deleted comes to the same again when it is replayed", async () => {
  const remove = {
    name: "execute",
    arguments: { item_type: "knowledge", item_id: "dome/slip", action: "delete" },
  } as const;
  const draft: ExampleDraft = {
    id: "slip",
    category: "steps",
    behaviour: "plan",
    library: "observatory",
    splitKey: "observatory/slip",
    kind: "ask",
    text: "run jar_labels and delete dome/slip",
    suggest: null,
    answer: "yes",
    given: { "knowledge/dome/slip.md": "# Slip\n\nThe left rail is worn.\n" },
    steps: [{ calls: [GONE] }, { calls: [remove] }],
    response: "There is no script of that name. The note is deleted.",
  };
  const { examples } = await capture([draft]);
  expect(await checkExamples(examples, { replays: true })).toEqual([]);
});

function capture(drafts: readonly ExampleDraft[]) {
  const libraries = { observatory: join(CHECKOUT, "training/orchestrator/libraries/observatory") };
  return captureDrafts(drafts, { libraries, author: "a", date: "2026-01-31" });
}
