/** An item of which only its outline is known. */
export interface StubItem {
  item_type: "directive" | "script" | "knowledge";
  item_id: string;
  name?: string | undefined;
  description: string;
  category: string;
  tags?: readonly string[] | undefined;
  inputs?: readonly unknown[] | undefined;
}

const PLACES = {
  directive: { folder: "directives", ending: "md", write: directive },
  script: { folder: "scripts", ending: "py", write: script },
  knowledge: { folder: "knowledge", ending: "md", write: note },
} as const;

/** The file of an item that has an outline and does nothing; its path is below `.ai`. */
export function stubFile(item: StubItem): { path: string; text: string } {
  const { folder, ending, write } = PLACES[item.item_type];
  const path = [folder, item.category, `${item.item_id}.${ending}`]
    .filter((part) => part !== "")
    .join("/");
  return { path, text: write(item) };
}

interface Input {
  name: string;
  required: boolean;
}

function inputsOf({ inputs = [] }: StubItem): Input[] {
  return inputs.flatMap((input): Input[] => {
    if (typeof input === "string") return [{ name: input, required: false }];
    if (typeof input !== "object" || input === null || !("name" in input)) return [];
    const required = "required" in input && input.required === true;
    return [{ name: String(input.name), required }];
  });
}

function directive(item: StubItem): string {
  const inputs = inputsOf(item).map(
    ({ name, required }) =>
      `    <input name="${name}" type="string" required="${required}">${escaped(name)}</input>`,
  );
  return `# ${item.item_id}

\`\`\`xml
<directive name="${item.item_id}" version="1.0.0">
  <metadata>
    <description>${escaped(item.description)}</description>
    <category>${escaped(item.category)}</category>
    <tags>${(item.tags ?? []).map(escaped).join(", ")}</tags>
    <model_class tier="fast"/>
    <permissions><read resource="filesystem" path="**"/></permissions>
  </metadata>
  <inputs>
${inputs.join("\n")}
  </inputs>
  <process><step name="do"><action>Do it and report.</action></step></process>
</directive>
\`\`\`
`;
}

function script(item: StubItem): string {
  const inputs = inputsOf(item).map(({ name, required }) => {
    return { name, type: "string", required, description: name };
  });
  return `"""${item.description.replaceAll('"', "'")}"""

__version__ = "1.0.0"
__category__ = ${JSON.stringify(item.category)}
__tool_description__ = ${JSON.stringify(item.description)}
__tags__ = ${JSON.stringify(item.tags ?? [])}
__inputs__ = ${python(JSON.stringify(inputs))}

print('{"status": "success", "data": {}}')
`;
}

function python(json: string): string {
  return json.replaceAll(":true", ":True").replaceAll(":false", ":False");
}

function note({ item_id, name = item_id, description, category, tags = [] }: StubItem): string {
  return `---
id: ${item_id}
title: ${JSON.stringify(name)}
entry_type: reference
category: ${category}
tags: ${JSON.stringify(tags)}
version: 1.0.0
---

${description}
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
