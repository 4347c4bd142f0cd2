import { LineCounter, parseDocument } from "yaml";
import { ParseFailure } from "./parse-failure.ts";
import type { ParsedItem } from "./parsed-item.ts";

/**
 * Reads a knowledge entry: Markdown with its metadata in YAML frontmatter, in a
 * fenced `yaml` block that comes first, or with none at all.
 */
export function parseKnowledge(text: string, id: string): ParsedItem {
  const { yaml, firstLine, body } = cutMetadata(text);
  const metadata = yaml === "" ? {} : readYaml(yaml, firstLine);
  checkId(metadata, id, firstLine);
  const title = stringOf(metadata["title"]) ?? headingOf(body) ?? id;
  return {
    name: title,
    description: stringOf(metadata["description"]) ?? firstParagraphOf(body),
    version: stringOf(metadata["version"]) ?? "0.0.0",
    tags: tagsOf(metadata),
    inputs: [],
    effect: "read",
    permissions: [],
    steps: [],
    outputs: {},
    modelClass: null,
    body: body.trim(),
  };
}

const LEADING_COMMENTS = /^(?:\s*<!--[\s\S]*?-->)*\s*/;
const FENCE = /^(?:#[^\n]*\n\s*)?```ya?ml[ \t]*\n([\s\S]*?)\n```[ \t]*(?:\n|$)/;
/** It ends at a line of three dashes; dashes at the end of a value do not end it. */
const FRONTMATTER = /^---[ \t]*\n(?:([\s\S]*?)\n)??---[ \t]*(?:\n|$)/;

export interface KnowledgeParts {
  yaml: string;
  /** Where the YAML begins; undefined when there is no metadata. */
  yamlStart: number | undefined;
  /** Of the YAML, in the file. */
  firstLine: number;
  /** Where what follows the metadata begins. */
  bodyStart: number;
  body: string;
}

/** A knowledge entry's metadata and body. Throws `ParseFailure` for metadata without an end. */
export function cutMetadata(text: string): KnowledgeParts {
  const skipped = LEADING_COMMENTS.exec(text)?.[0] ?? "";
  const rest = text.slice(skipped.length);
  const found = FRONTMATTER.exec(rest) ?? FENCE.exec(rest);
  if (found === null) {
    if (rest.startsWith("---\n")) throw unclosedFrontmatter(skipped);
    const bodyStart = skipped.length;
    return { yaml: "", yamlStart: undefined, firstLine: 1, bodyStart, body: rest };
  }
  const yaml = found[1] ?? "";
  // Not where the same text may stand in the opening line: past that line's end.
  const opening = found[0].search(/^(?:---|```)[^\n]*\n/m);
  const yamlStart = skipped.length + rest.indexOf("\n", opening) + 1;
  const before = text.slice(0, yamlStart);
  const heading = found[0].startsWith("#") ? (found[0].split("\n")[0] ?? "") : "";
  const body = `${heading}\n${rest.slice(found[0].length)}`;
  const bodyStart = skipped.length + found[0].length;
  return { yaml, yamlStart, firstLine: before.split("\n").length, bodyStart, body };
}

function unclosedFrontmatter(skipped: string): ParseFailure {
  return new ParseFailure({
    cause: "the frontmatter that starts here never ends",
    fix: "Add a line --- after the metadata.",
    line: skipped.split("\n").length,
  });
}

/** Metadata is a page at most; YAML is slow to read and the event loop is everybody's. */
const METADATA_CHARACTERS_MAX = 32_768;

/** The mapping a YAML text holds. Throws `ParseFailure`, its place counted from `firstLine`. */
export function readYaml(yaml: string, firstLine: number): Record<string, unknown> {
  if (yaml.length > METADATA_CHARACTERS_MAX) {
    throw new ParseFailure({
      cause: `the metadata is longer than ${METADATA_CHARACTERS_MAX} characters`,
      fix: "Move text from the metadata into the body.",
      line: firstLine,
    });
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter, prettyErrors: false, schema: "core" });
  const [error] = document.errors;
  if (error !== undefined) {
    const place = lineCounter.linePos(error.pos[0]);
    throw new ParseFailure({
      cause: `the metadata is not valid YAML: ${error.message}`,
      fix: "Correct the YAML; put values that hold : or # into quotes.",
      line: firstLine + place.line - 1,
      column: Math.max(place.col, 1),
    });
  }
  const value: unknown = toPlain(() => document.toJS({ maxAliasCount: 100 }), firstLine);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new ParseFailure({
    cause: "the metadata is not a mapping",
    fix: "Write it as lines of key: value.",
    line: firstLine,
  });
}

function toPlain(convert: () => unknown, line: number): unknown {
  try {
    return convert() ?? {};
  } catch {
    throw new ParseFailure({
      cause: "the metadata repeats aliases beyond what is allowed",
      fix: "Write the values out instead of using YAML aliases.",
      line,
    });
  }
}

function checkId(metadata: Record<string, unknown>, id: string, line: number): void {
  const declared = stringOf(metadata["zettel_id"]) ?? stringOf(metadata["id"]);
  if (declared === undefined || declared === id || declared.endsWith(`/${id}`)) return;
  throw new ParseFailure({
    cause: `the entry's id is "${declared}" but its file is named "${id}"`,
    fix: `Rename the file to ${declared}.md, or the id to "${id}".`,
    line,
  });
}

function tagsOf(metadata: Record<string, unknown>): string[] {
  const all = [...ownTagsOf(metadata), stringOf(metadata["entry_type"]) ?? ""];
  return [...new Set(all.map((tag) => tag.trim()).filter((tag) => tag !== ""))].slice(0, 32);
}

/** The tags an entry was given, without its kind. */
export function ownTagsOf(metadata: Record<string, unknown>): string[] {
  const given = metadata["tags"];
  const tags = Array.isArray(given)
    ? given.map(String)
    : (stringOf(given) ?? "").replace(/^\[|\]$/g, "").split(",");
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ""))];
}

function stringOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function headingOf(body: string): string | undefined {
  return /^#{1,6}[ \t]+(.+)$/m.exec(body)?.[1]?.trim();
}

const DESCRIPTION_CHARACTERS_MAX = 280;

function firstParagraphOf(body: string): string {
  const paragraph = body
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .find((part) => part !== "" && !/^(?:#|```|<!--|\||---)/.test(part));
  return (paragraph ?? "").replace(/\s+/g, " ").slice(0, DESCRIPTION_CHARACTERS_MAX);
}
