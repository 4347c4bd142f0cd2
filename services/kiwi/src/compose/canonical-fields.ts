import { itemTypeOf } from "@lilux/protocol";
import { fieldProblem } from "../files/field-problem.ts";
import type { DirectiveFields, ItemFields, KnowledgeFields, ScriptFields } from "./item-fields.ts";
import { canonicalText } from "./xml-text.ts";

/**
 * Fields as a file gives them back: without blank space around texts, without
 * what is left out when it says nothing. Throws `invalid_inputs` for a text of
 * nothing but blank space.
 */
export function canonicalFields(given: ItemFields): ItemFields {
  const { item_type } = given;
  switch (item_type) {
    case "directive":
      return checked({ item_type, fields: canonicalDirective(given.fields) });
    case "script":
      return checked({ item_type, fields: canonicalScript(given.fields) });
    case "knowledge":
      return checked({ item_type, fields: canonicalKnowledge(given.fields) });
  }
}

function canonicalDirective(fields: DirectiveFields): DirectiveFields {
  const { description, tags, inputs, steps, outputs, permissions } = fields;
  return {
    ...fields,
    ...(description !== undefined && { description: canonicalText(description) }),
    ...(tags && { tags: tags.map(canonicalText) }),
    ...(permissions && { permissions: permissions.map(canonicalGrant) }),
    ...(inputs && { inputs: inputs.map(canonicalInput) }),
    ...(steps && {
      steps: steps.map((step) => ({
        ...step,
        description: canonicalText(step.description),
        action: canonicalText(step.action),
      })),
    }),
    ...(outputs && {
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, text]) => [name, canonicalText(text)]),
      ),
    }),
  };
}

type Grants = NonNullable<DirectiveFields["permissions"]>;

/** One word per thing, as grants are read. */
function canonicalGrant({ verb, attributes }: Grants[number]): Grants[number] {
  const { resource } = attributes;
  return {
    verb,
    attributes:
      resource === undefined
        ? attributes
        : { ...attributes, resource: itemTypeOf(resource) ?? resource },
  };
}

type Input = NonNullable<DirectiveFields["inputs"]>[number];

function canonicalInput({ description = "", default: fallback, ...rest }: Input): Input {
  const text = canonicalText(description);
  const value =
    rest.type === "string" && fallback !== null && typeof fallback !== "object"
      ? fallback === undefined
        ? undefined
        : String(fallback)
      : fallback;
  return {
    ...rest,
    ...(text !== "" && { description: text }),
    ...(value !== undefined && value !== null && { default: value }),
  };
}

function canonicalScript(fields: ScriptFields): ScriptFields {
  const { description, tags } = fields;
  return {
    ...fields,
    ...(description !== undefined && { description: description.trim() }),
    ...(tags && { tags: tags.map((tag) => tag.trim()) }),
  };
}

function canonicalKnowledge(fields: KnowledgeFields): KnowledgeFields {
  const { title, description, tags, entry_type, body } = fields;
  return {
    ...fields,
    ...(title !== undefined && { title: title.trim() }),
    ...(description !== undefined && { description: description.trim() }),
    ...(tags && { tags: tags.map((tag) => tag.trim()) }),
    ...(entry_type !== undefined && { entry_type: entry_type.trim() }),
    ...(body !== undefined && { body: body.trim() }),
  };
}

const NEVER_BLANK = ["title", "description", "entry_type", "body"];

function checked(given: ItemFields): ItemFields {
  for (const [name, value] of Object.entries(given.fields)) {
    if (NEVER_BLANK.includes(name) && value === "") throw fieldProblem(name, "is blank");
    if (name === "tags" && given.fields.tags?.includes("") === true) {
      throw fieldProblem("tags", "holds a blank tag");
    }
  }
  return given;
}
