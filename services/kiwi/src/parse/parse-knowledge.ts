import { describeMarkdown } from "./describe-markdown.ts";
import { cutMetadata } from "./find-metadata.ts";
import { ParseFailure } from "./parse-failure.ts";
import type { ParsedItem } from "./parsed-item.ts";
import { type AskedFor, readAskedFor } from "./read-asked-for.ts";
import { readTags } from "./read-tags.ts";
import { readYaml } from "./read-yaml.ts";
import { isSameName, renameAdvice } from "./same-name.ts";

/**
 * Reads a knowledge entry: Markdown with its metadata in YAML frontmatter, in a
 * fenced `yaml` block that comes first, or with none at all.
 */
export function parseKnowledge(text: string, id: string): ParsedItem {
  const { yaml, firstLine, body, headings } = cutMetadata(text, id);
  const metadata = yaml === "" ? {} : readYaml(yaml, firstLine);
  checkId(metadata, id, firstLine);
  const title = textOf(metadata["title"]);
  const description = textOf(metadata["description"]);
  const own = title === undefined || description === undefined ? describeMarkdown(body) : undefined;
  return {
    name: title ?? own?.title ?? describeMarkdown(headings).title ?? id,
    description: description ?? own?.description ?? "",
    version: textOf(metadata["version"]) ?? "0.0.0",
    tags: tagsOf(metadata),
    inputs: [],
    effect: "read",
    permissions: [],
    steps: [],
    outputs: {},
    modelClass: null,
    body: body.trim(),
    ...askedForOf(metadata, yaml, firstLine),
  };
}

function askedForOf(
  { examples, when_to_use, trigger }: Record<string, unknown>,
  yaml: string,
  firstLine: number,
): AskedFor {
  const listed = typeof examples === "string" ? examples.split("\n").filter(isSaid) : examples;
  return readAskedFor({ examples: listed, when_to_use, trigger }, (problem) => {
    const before = yaml.slice(0, Math.max(0, yaml.search(/^["']?examples["']?[ \t]*:/im)));
    return new ParseFailure({ ...problem, line: firstLine + before.split("\n").length - 1 });
  });
}

function isSaid(line: string): boolean {
  return line.trim() !== "";
}

function checkId(metadata: Record<string, unknown>, id: string, line: number): void {
  const declared = textOf(metadata["zettel_id"]) ?? textOf(metadata["id"]);
  if (declared === undefined || isSameName(declared, id)) return;
  if (isSameName(declared.slice(declared.lastIndexOf("/") + 1), id)) return;
  throw new ParseFailure({
    cause: `the entry's id is "${declared}" but its file is named "${id}"`,
    fix: renameAdvice(declared.slice(declared.lastIndexOf("/") + 1), "id", id),
    line,
  });
}

function tagsOf(metadata: Record<string, unknown>): string[] {
  const all = [...readTags(metadata["tags"]), textOf(metadata["entry_type"]) ?? ""];
  return [...new Set(all.filter((tag) => tag !== ""))].slice(0, 32);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
