import type { ItemType } from "@lilux/protocol";
import type { ItemFields } from "./item-fields.ts";
import { titleOf } from "./new-item-text.ts";

/** An item of which only the outline is written carries this tag, until it is filled in. */
export const DRAFT_TAG = "draft";

/**
 * What a create says that says nothing but an id: an item that can be found,
 * loaded and run, and that tells whoever does so that it is a draft.
 */
export function draftFields(item_type: ItemType, id: string): ItemFields {
  const words = titleOf(id);
  const common = { description: words, tags: [DRAFT_TAG] };
  switch (item_type) {
    case "directive":
      return { item_type, fields: { ...common, steps: [draftStep(id)] } };
    case "script":
      return { item_type, fields: { ...common, code: draftCode(id) } };
    case "knowledge":
      return {
        item_type,
        fields: {
          ...common,
          title: words,
          body: `# ${words}\n\nThis entry is a draft: nothing is written here yet.`,
        },
      };
  }
}

/** The fields of a create; where they lack what the item is for, it is a draft. */
export function withDraft(id: string, given: ItemFields): ItemFields {
  if (isFilledIn(given)) return given;
  const draft = draftFields(given.item_type, id);
  const tags = [...new Set([...(given.fields.tags ?? []), DRAFT_TAG])];
  return { ...given, fields: { ...draft.fields, ...given.fields, tags } } as ItemFields;
}

/** Whether fields hold what an item is for: its steps, its code, its text. */
export function isFilledIn(given: ItemFields): boolean {
  switch (given.item_type) {
    case "directive":
      return (given.fields.steps ?? []).length > 0;
    case "script":
      return given.fields.code !== undefined;
    case "knowledge":
      return given.fields.body !== undefined;
  }
}

function draftStep(id: string) {
  return {
    name: "draft",
    description: "",
    action: `The directive ${id} is a draft: its steps are not written yet. Say so, and offer to update it with steps.`,
    attributes: {},
  };
}

/** It fails rather than to look as if something had been done. */
function draftCode(id: string): string {
  const error = `The script ${id} is a draft: its code is not written yet. Update it with code.`;
  return `import json\nimport sys\n\nprint(json.dumps({"status": "error", "error": ${JSON.stringify(error)}}))\nsys.exit(1)\n`;
}
