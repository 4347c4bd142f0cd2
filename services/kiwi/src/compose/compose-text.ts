import type { ItemType } from "@lilux/protocol";
import { contentProblem, fieldProblem } from "../files/field-problem.ts";
import { FILE_BYTES_MAX } from "../parse/decode-text.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { parseItem } from "../parse/parse-item.ts";
import type { ParsedItem } from "../parse/parsed-item.ts";
import { canonicalFields } from "./canonical-fields.ts";
import { DRAFT_TAG, isFilledIn, withDraft } from "./draft-fields.ts";
import { editDirective } from "./edit-directive.ts";
import { editKnowledge } from "./edit-knowledge.ts";
import { editScript } from "./edit-script.ts";
import type { ItemFields, ItemIdentity } from "./item-fields.ts";
import { newItemText, titleOf } from "./new-item-text.ts";
import { fieldsToChange, readFields } from "./read-fields.ts";
import { wellFormedText } from "./well-formed-text.ts";

const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * A whole file as given, with line ends as `\n` and without a byte order mark.
 * Throws `invalid_inputs` for what could not be read as an item again.
 */
export function checkedContent(item_type: ItemType, id: string, content: string): string {
  const text = wellFormedText(content, "content").replace(BYTE_ORDER_MARK, "");
  readable(item_type, id, text);
  return text;
}

/** The file of a new item; of an outline only, where the fields lack what it is for. */
export function composeNew(item: ItemIdentity, given: ItemFields): string {
  const { item_id } = item;
  const wanted = canonicalFields(withDraft(item_id, given));
  const text = guarded(wanted.item_type, () => newItemText(item, wanted));
  const parsed = readable(wanted.item_type, item_id, text);
  const described =
    parsed.description === ""
      ? editText(text, item_id, {
          ...wanted,
          fields: { description: titleOf(item_id) },
        } as ItemFields)
      : text;
  return verified(described, item_id, wanted);
}

/**
 * The file with some fields changed and the rest as it was, to the byte. Filling
 * in a draft ends its being one. Throws `invalid_inputs` for what the file cannot
 * hold exactly as it was given.
 */
export function composeUpdate(text: string, id: string, given: ItemFields): string {
  const before = readable(given.item_type, id, text);
  const { tags } = readFields(given.item_type, text, id);
  const wanted = canonicalFields(withoutDraft(Array.isArray(tags) ? tags : [], given));
  return verified(editText(text, id, wanted), id, wanted, { text, parsed: before });
}

function withoutDraft(tags: readonly string[], given: ItemFields): ItemFields {
  const ends = tags.includes(DRAFT_TAG) && given.fields.tags === undefined && isFilledIn(given);
  if (!ends) return given;
  const left = tags.filter((tag) => tag !== DRAFT_TAG);
  return { ...given, fields: { ...given.fields, tags: left } } as ItemFields;
}

function editText(text: string, id: string, given: ItemFields): string {
  return guarded(given.item_type, () => {
    switch (given.item_type) {
      case "directive":
        return editDirective(text, id, given.fields);
      case "script":
        return editScript(text, id, given.fields);
      case "knowledge":
        return editKnowledge(text, id, given.fields);
    }
  });
}

/**
 * The last word on what may be written: it reads back, says every field exactly,
 * and nothing else than before.
 */
function verified(
  text: string,
  id: string,
  wanted: ItemFields,
  before?: { text: string; parsed: ParsedItem },
): string {
  const { item_type, fields } = wanted;
  const after = readable(item_type, id, text);
  const { code, ...read } = { code: undefined, ...fields };
  const [lost] = fieldsToChange(readFields(item_type, text, id), read);
  if (lost !== undefined) throw cannotBeKept(lost);
  if (before === undefined || code !== undefined) return text;
  const touched = new Set(Object.keys(fields).flatMap((name) => READ_AS[name] ?? [name]));
  const old: Record<string, unknown> = { ...before.parsed };
  const others = Object.fromEntries(Object.entries(old).filter(([name]) => !touched.has(name)));
  const [changed] = fieldsToChange({ ...after }, others);
  if (changed !== undefined) throw cannotBeKept(Object.keys(fields)[0] ?? "parameters");
  return text;
}

/** What else of an item is read from a field. */
const READ_AS: Readonly<Record<string, readonly string[]>> = {
  title: ["name"],
  body: ["body", "name", "description"],
  entry_type: ["tags"],
  model_class: ["modelClass"],
  dependencies: ["needs"],
  environment: ["needs"],
  secrets: ["needs"],
};

function cannotBeKept(field: string): Error {
  return fieldProblem(
    field,
    "cannot be kept in this file exactly as given; send the whole file as content instead",
  );
}

/** Reads what is about to be written. Its failure is the writer's, not a stored file's. */
function readable(item_type: ItemType, id: string, text: string): ParsedItem {
  const bytes = Buffer.byteLength(text);
  if (bytes > FILE_BYTES_MAX) {
    throw fieldProblem(
      "content",
      `holds ${bytes} bytes, more than the ${FILE_BYTES_MAX} an item may`,
    );
  }
  return guarded(item_type, () => parseItem(item_type, text, id));
}

function guarded<T>(item_type: ItemType, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ParseFailure ? contentProblem(item_type, error) : error;
  }
}
