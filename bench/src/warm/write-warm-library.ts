import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WarmItem } from "./warm-session.ts";

const FOLDERS = { directive: "directives", script: "scripts", knowledge: "knowledge" } as const;

/** Writes items as the files that a library consists of, under `directory/.ai`. */
export function writeWarmLibrary(directory: string, items: readonly WarmItem[]): void {
  for (const item of items) {
    const folder = join(directory, ".ai", FOLDERS[item.item_type], item.category);
    mkdirSync(folder, { recursive: true });
    const extension = item.item_type === "script" ? "py" : "md";
    writeFileSync(join(folder, `${item.item_id}.${extension}`), textOf(item));
  }
}

function textOf(item: WarmItem): string {
  switch (item.item_type) {
    case "directive":
      return directive(item);
    case "script":
      return script(item);
    case "knowledge":
      return note(item);
  }
}

function inputNames({ inputs = [] }: WarmItem): string[] {
  return inputs.flatMap((input) => (typeof input === "string" ? [input] : (input.name ?? [])));
}

function directive(item: WarmItem): string {
  const { item_id, description, category, tags = [] } = item;
  const inputs = inputNames(item)
    .map(
      (name) => `    <input name="${name}" type="string" required="false">${escaped(name)}</input>`,
    )
    .join("\n");
  return `# ${item_id}

\`\`\`xml
<directive name="${item_id}" version="1.0.0">
  <metadata>
    <description>${escaped(description)}</description>
    <category>${category}</category>
    <tags>${tags.map(escaped).join(", ")}</tags>
    <model_class tier="fast"/>
    <permissions><read resource="filesystem" path="**"/></permissions>
  </metadata>
  <inputs>
${inputs}
  </inputs>
  <process><step name="do"><action>Do it and report.</action></step></process>
</directive>
\`\`\`
`;
}

function script(item: WarmItem): string {
  const inputs = inputNames(item).map((name) => ({ name, type: "string", description: name }));
  const { description, category, tags = [] } = item;
  return `"""${description.replaceAll('"', "'")}"""

__version__ = "1.0.0"
__category__ = ${JSON.stringify(category)}
__tool_description__ = ${JSON.stringify(description)}
__tags__ = ${JSON.stringify(tags)}
__inputs__ = ${JSON.stringify(inputs)}

print('{"status": "success"}')
`;
}

function note({ item_id, name, description, category, tags = [] }: WarmItem): string {
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
