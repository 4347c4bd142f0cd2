import { editDirective } from "./edit-directive.ts";
import { yamlLine } from "./edit-knowledge.ts";
import { editScript } from "./edit-script.ts";
import type {
  DirectiveFields,
  ItemFields,
  ItemIdentity,
  KnowledgeFields,
  ScriptFields,
} from "./item-fields.ts";
import { pythonAssignment } from "./python-literal.ts";
import { xmlAttribute, xmlContent } from "./xml-text.ts";

/** A new item's file, in the form every item of its type is written in. */
export function newItemText(item: ItemIdentity, given: ItemFields): string {
  switch (given.item_type) {
    case "directive":
      return newDirective(item, given.fields);
    case "script":
      return newScript(item, given.fields);
    case "knowledge":
      return newKnowledge(item, given.fields);
  }
}

/** The id's words with a capital, as a heading. */
export function titleOf(id: string): string {
  const words = id.replace(/[_.-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function newDirective({ item_id, category }: ItemIdentity, fields: DirectiveFields): string {
  const folder =
    category === "" ? [] : [`    <category>${xmlContent(category, "category")}</category>`];
  const frame = [
    `<directive${xmlAttribute("name", item_id, "item_id")}${xmlAttribute("version", fields.version ?? "0.1.0", "version")}>`,
    "  <metadata>",
    ...folder,
    "    <permissions/>",
    "  </metadata>",
    "</directive>",
  ].join("\n");
  const xml = editDirective(frame, item_id, fields);
  const fence = fenceFor(xml);
  return `# ${titleOf(item_id)}\n\n${fence}xml\n${xml}\n${fence}\n`;
}

/** Longer than any fence within: the text around stays readable as Markdown. */
function fenceFor(text: string): string {
  const longest = Math.max(
    2,
    ...[...text.matchAll(/`{3,}/g)].slice(0, 1_000).map(([run]) => run.length),
  );
  return "`".repeat(longest + 1);
}

function newScript({ item_id, category }: ItemIdentity, fields: ScriptFields): string {
  const { code = "", version = "0.1.0", ...rest } = fields;
  const folder = category === "" ? "" : `${pythonAssignment("__category__", category)}\n`;
  const frame = `${pythonAssignment("__version__", "0.1.0")}\n${folder}`;
  return editScript(frame, item_id, { ...rest, version, ...(code !== "" && { code }) });
}

function newKnowledge({ item_id, category }: ItemIdentity, fields: KnowledgeFields): string {
  const { title = titleOf(item_id), description, entry_type, tags, version = "0.1.0" } = fields;
  const { body = `# ${title}` } = fields;
  const metadata = [
    ["id", item_id],
    ["title", title],
    ["description", description],
    ["entry_type", entry_type],
    ["category", category === "" ? undefined : category],
    ["tags", tags],
    ["version", version],
  ] as const;
  const lines = metadata.flatMap(([key, value]) =>
    value === undefined ? [] : yamlLine(key, value),
  );
  return `---\n${lines.join("\n")}\n---\n\n${body}\n`;
}
