import { isMap, isScalar, parseDocument, stringify } from "yaml";
import { cutMetadata, type KnowledgeParts } from "../parse/find-metadata.ts";
import type { KnowledgeFields } from "./item-fields.ts";
import { fieldsToChange, readFields } from "./read-fields.ts";
import { applyEdits, type TextEdit } from "./text-edits.ts";

const KEYS = ["title", "description", "entry_type", "tags", "version"] as const;

/**
 * An entry's text with these fields changed: a key of its metadata is replaced
 * where it stands or put after the others, the rest stays as it was. An entry
 * without metadata gets some.
 */
export function editKnowledge(text: string, id: string, fields: KnowledgeFields): string {
  const changed = fieldsToChange(readFields("knowledge", text, id), fields);
  const parts = cutMetadata(text, id);
  const edits: TextEdit[] = [];
  const keys = KEYS.filter((key) => changed.includes(key));
  if (keys.length > 0) edits.push(...editMetadata(text, parts, keys, fields));
  if (changed.includes("body")) edits.push(editBody(text, parts, fields.body ?? ""));
  return applyEdits(text, edits);
}

function editBody(text: string, { bodyStart, yamlStart }: KnowledgeParts, body: string): TextEdit {
  const gap = yamlStart === undefined ? "" : "\n";
  return { start: bodyStart, end: text.length, text: `${gap}${body}\n` };
}

function editMetadata(
  text: string,
  { yaml, yamlStart, bodyStart }: KnowledgeParts,
  keys: readonly (typeof KEYS)[number][],
  fields: KnowledgeFields,
): TextEdit[] {
  const lineOf = (key: (typeof KEYS)[number]): string => yamlLine(key, fields[key]);
  if (yamlStart === undefined) {
    const head = `---\n${keys.map(lineOf).join("\n")}\n---\n`;
    const gap = text.slice(bodyStart) === "" ? "" : "\n";
    return [{ start: bodyStart, end: bodyStart, text: head + gap }];
  }
  const edits: TextEdit[] = [];
  const added: string[] = [];
  for (const key of keys) {
    const range = rangeOf(yaml, key);
    if (range === undefined) added.push(lineOf(key));
    else edits.push({ ...range, text: lineOf(key) });
  }
  let metadata = applyEdits(yaml, edits).trimEnd();
  if (added.length > 0) metadata = [metadata, ...added].filter((part) => part !== "").join("\n");
  const foot = yaml === "" ? "\n" : "";
  return [{ start: yamlStart, end: yamlStart + yaml.length, text: metadata + foot }];
}

/** From a key's first character to its value's last; the value's comment stays. */
function rangeOf(yaml: string, key: string): { start: number; end: number } | undefined {
  const { contents } = parseDocument(yaml, { schema: "core" });
  if (!isMap(contents)) return undefined;
  for (const { key: name, value } of contents.items) {
    if (!isScalar(name) || String(name.value).toLowerCase() !== key || !name.range) continue;
    const [start, nameEnd] = name.range;
    const range = (value as { range?: [number, number, number] | null } | null)?.range;
    const end = range === null || range === undefined ? nameEnd : range[1];
    const taken = yaml.slice(start, end);
    return { start, end: start + taken.trimEnd().length };
  }
  return undefined;
}

/** One line, whatever the value: in quotes where plain words would be read as something else. */
export function yamlLine(key: string, value: unknown): string {
  const text = stringify(value, LINE_OPTIONS).trimEnd();
  return `${key}: ${text.includes("\n") || SEPARATORS.test(text) ? quoted(value) : text}`;
}

const LINE_OPTIONS = {
  schema: "core",
  lineWidth: 0,
  blockQuote: false,
  collectionStyle: "flow",
  flowCollectionPadding: false,
} as const;

/** Characters that some readers of YAML take for line ends, or show out of order. */
const SEPARATORS = /[\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/;

/** JSON is YAML. */
function quoted(value: unknown): string {
  return JSON.stringify(value).replace(
    new RegExp(SEPARATORS, "g"),
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
