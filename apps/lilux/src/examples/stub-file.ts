/** An item of which only its outline is known. */
export interface StubItem {
  item_type: "directive" | "script" | "knowledge";
  item_id: string;
  name?: string | undefined;
  description: string;
  category: string;
  tags?: readonly string[] | undefined;
  inputs?: readonly unknown[] | undefined;
  /** What a script does to the world: read, write or destructive. */
  effect?: string | undefined;
  /** A note's text. Without it, its description is all it says. */
  body?: string | undefined;
  /** Lines of Python that make `data` of the dictionary `given`; `fail(field, message)` refuses. */
  code?: readonly string[] | undefined;
}

const PLACES = {
  directive: { folder: "directives", ending: "md", write: directive },
  script: { folder: "scripts", ending: "py", write: script },
  knowledge: { folder: "knowledge", ending: "md", write: note },
} as const;

/** The file of an item of which an outline is known, and maybe what it says or does; its path is below `.ai`. */
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
${item.effect === undefined ? "" : `__effect__ = ${JSON.stringify(item.effect)}\n`}
${item.code === undefined ? `print('{"status": "success", "data": {}}')` : working(item.code)}
`;
}

function working(code: readonly string[]): string {
  return `import argparse
import json


def fail(field, message):
    error = {"code": "bad_parameter", "field": field, "message": message}
    print(json.dumps({"status": "error", "error": error}, ensure_ascii=False))
    raise SystemExit(1)


parser = argparse.ArgumentParser(allow_abbrev=False)
for each in __inputs__:
    parser.add_argument("--" + each["name"].replace("_", "-"), dest=each["name"])
given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
${code.join("\n")}
print(json.dumps({"status": "success", "data": data}, ensure_ascii=False))`;
}

function python(json: string): string {
  return json.replaceAll(":true", ":True").replaceAll(":false", ":False");
}

function note(item: StubItem): string {
  const { item_id, name = item_id, description, category, tags = [], body } = item;
  return `---
id: ${item_id}
title: ${JSON.stringify(name)}
entry_type: reference
category: ${category}
tags: ${JSON.stringify(tags)}
version: 1.0.0
---

${description}
${body === undefined ? "" : `\n${body}\n`}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
