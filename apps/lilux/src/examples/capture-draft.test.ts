import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKOUT } from "../checkout.ts";
import { captureDrafts } from "./capture-draft.ts";
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
    library: "small",
    splitKey: "small/gone",
    kind: "ask",
    text: "run jar_labels, then show the dome rules",
    suggest: null,
    steps: [{ calls: [GONE] }, { calls: [NOTE] }],
    response: "There is no such script; the dome rules are above.",
  };
  const libraries = { small: join(CHECKOUT, "training/orchestrator/libraries/observatory") };
  const { examples, failures } = await captureDrafts([draft], {
    libraries,
    author: "a",
    date: "2026-01-31",
  });
  expect(failures).toEqual([]);
  expect(examples[0]?.steps).toMatchObject([
    { by: "model", calls: [{ call: GONE, ok: false, error: { code: "item_not_found" } }] },
    { by: "model", calls: [{ call: NOTE, ok: true }] },
  ]);
});
