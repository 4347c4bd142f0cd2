import { findDirective, findProcessBlock } from "../parse/parse-directive.ts";
import type { XmlElement } from "../parse/read-xml.ts";
import type { DirectiveSpan } from "../parse/scan-directives.ts";
import { childElements, childNamed } from "../parse/xml-queries.ts";
import {
  grantElements,
  indent,
  inputElements,
  type Lines,
  outputElements,
  stepElements,
  tagElements,
  textElement,
} from "./directive-elements.ts";
import type { DirectiveFields } from "./item-fields.ts";
import { fieldsToChange, readFields } from "./read-fields.ts";
import { applyEdits, indentationAt, lineStartOf, type TextEdit } from "./text-edits.ts";
import { xmlAttribute } from "./xml-text.ts";

/**
 * A directive's text with these fields changed and everything else as it was,
 * to the byte: prose, comments, elements nobody asked about. A field that
 * already says what is wanted changes nothing. Throws `ParseFailure` for a text
 * that is no directive and `invalid_inputs` for what XML cannot hold.
 */
export function editDirective(text: string, id: string, fields: DirectiveFields): string {
  const prepared = withMetadata(text, id);
  const { root, span } = findDirective(prepared, id);
  const document = { text: prepared, root, span };
  const changed = fieldsToChange(readFields("directive", prepared, id), fields);
  const edits = EDITORS.flatMap(({ field, edit }) =>
    changed.includes(field) ? edit(document, fields) : [],
  );
  return edits.length === 0 ? text : applyEdits(prepared, edits);
}

interface Document {
  text: string;
  root: XmlElement;
  span: DirectiveSpan;
}

interface FieldEditor {
  field: keyof DirectiveFields;
  edit(document: Document, fields: DirectiveFields): TextEdit[];
}

/** In the order in which a directive is written. */
const EDITORS: readonly FieldEditor[] = [
  { field: "version", edit: (document, { version = "" }) => [editVersion(document, version)] },
  inMetadata("description", ["description"], ({ description = "" }) =>
    textElement("description", description, "description"),
  ),
  inMetadata("tags", ["tags"], ({ tags = [] }) => tagElements(tags)),
  inMetadata("effect", ["effect"], ({ effect }) => [`<effect class="${effect ?? "write"}"/>`]),
  inMetadata("model_class", ["model_class", "model"], ({ model_class }) => {
    const { tier = "", fallback } = model_class ?? {};
    const second = fallback === undefined ? "" : xmlAttribute("fallback", fallback, "model_class");
    return [`<model_class${xmlAttribute("tier", tier, "model_class")}${second}/>`];
  }),
  { field: "permissions", edit: editPermissions },
  inRoot("inputs", ({ inputs = [] }) => inputElements(inputs)),
  { field: "steps", edit: editSteps },
  inRoot("outputs", ({ outputs = {} }) => outputElements(outputs)),
];

const ORDER: readonly string[] = [
  ...["metadata", "description", "category", "author", "tags", "effect", "model_class"],
  ...["permissions", "inputs", "process", "outputs"],
];

function inMetadata(
  field: keyof DirectiveFields,
  names: readonly string[],
  render: (fields: DirectiveFields) => Lines,
): FieldEditor {
  return {
    field,
    edit: ({ text, root }, fields) => {
      const metadata = childNamed(root, "metadata");
      return metadata === undefined ? [] : [putChild(text, metadata, names, render(fields))];
    },
  };
}

function inRoot(
  field: "inputs" | "outputs",
  render: (fields: DirectiveFields) => Lines,
): FieldEditor {
  return {
    field,
    edit: ({ text, root }, fields) => [putChild(text, root, [field], render(fields))],
  };
}

/** They may also stand beside the metadata instead of in it. */
function editPermissions({ text, root }: Document, fields: DirectiveFields): TextEdit[] {
  const metadata = childNamed(root, "metadata");
  const own = childNamed(metadata, "permissions");
  const parent = own === undefined && childNamed(root, "permissions") ? root : metadata;
  if (parent === undefined) return [];
  return [putChild(text, parent, ["permissions"], grantElements(fields.permissions ?? []))];
}

/** Steps that stood outside the element move into it: there they are read exactly. */
function editSteps({ text, root, span }: Document, fields: DirectiveFields): TextEdit[] {
  const edit = putChild(text, root, ["process"], stepElements(fields.steps ?? []));
  const outside = findProcessBlock(text, span);
  if (outside === undefined) return [edit];
  return [edit, { start: outside.start, end: outside.end, text: "" }];
}

/** The child replaced where it stands, or put where it belongs among those that are there. */
function putChild(
  text: string,
  parent: XmlElement,
  names: readonly string[],
  lines: Lines,
): TextEdit {
  const present = childNamed(parent, ...names);
  if (present !== undefined) {
    const start = tagStartOf(text, present);
    return { start, end: present.end, text: placed(lines, indentationAt(text, start)).trimStart() };
  }
  const rank = ORDER.indexOf(names[0] ?? "");
  const follower = childElements(parent).find((child) => ORDER.indexOf(child.name) > rank);
  const parentIndent = indentationAt(text, tagStartOf(text, parent));
  const at = follower === undefined ? closingTagOf(text, parent) : tagStartOf(text, follower);
  return insertedAt(text, at, placed(lines, parentIndent + 2));
}

/** On a line of its own before what stands at the offset. */
function insertedAt(text: string, offset: number, block: string): TextEdit {
  const lineStart = lineStartOf(text, offset);
  const isFirstOnLine = text.slice(lineStart, offset).trim() === "";
  return isFirstOnLine
    ? { start: lineStart, end: lineStart, text: `${block}\n` }
    : { start: offset, end: offset, text: `\n${block}\n` };
}

function placed(lines: Lines, by: number): string {
  return lines.map((line) => indent(line, by)).join("\n");
}

/** No tag holds a `<` in XML, so the last one before its end opens it. */
function tagStartOf(text: string, element: XmlElement): number {
  return text.lastIndexOf("<", element.offset - 1);
}

function closingTagOf(text: string, element: XmlElement): number {
  return text.lastIndexOf("</", element.end);
}

function editVersion({ text, root }: Document, version: string): TextEdit {
  const start = tagStartOf(text, root);
  const tag = text.slice(start, root.offset);
  const present = /\sversion\s*=\s*(?:"[^"]*"|'[^']*')/.exec(tag);
  const attribute = xmlAttribute("version", version, "version");
  if (present !== null) {
    const from = start + present.index;
    return { start: from, end: from + present[0].length, text: attribute };
  }
  const name = /\sname\s*=\s*(?:"[^"]*"|'[^']*')/.exec(tag);
  const from = start + (name === null ? "<directive".length : name.index + name[0].length);
  return { start: from, end: from, text: attribute };
}

/** Fields of the metadata need an element to stand in. */
function withMetadata(text: string, id: string): string {
  const { root } = findDirective(text, id);
  const metadata = childNamed(root, "metadata");
  if (metadata !== undefined && metadata.end !== metadata.offset) return text;
  const by = indentationAt(text, tagStartOf(text, root)) + 2;
  const block = placed(["<metadata>", "</metadata>"], by);
  if (metadata !== undefined) {
    const start = tagStartOf(text, metadata);
    return applyEdits(text, [{ start, end: metadata.end, text: block.trimStart() }]);
  }
  if (root.end === root.offset) return text;
  return applyEdits(text, [{ start: root.offset, end: root.offset, text: `\n${block}` }]);
}
