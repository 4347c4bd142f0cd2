import type { LoadResult } from "@lilux/protocol";
import { assertPlaces } from "./assert-places.ts";
import { failureAt, ParseFailure } from "./parse-failure.ts";
import type { ParsedItem } from "./parsed-item.ts";
import { type AskedFor, readAskedFor } from "./read-asked-for.ts";
import { readDirectiveEffect } from "./read-directive-effect.ts";
import { readGrants } from "./read-grants.ts";
import { readInputs } from "./read-inputs.ts";
import { stepsOfElement, stepsOfText } from "./read-steps.ts";
import { readXml, type XmlElement } from "./read-xml.ts";
import { isSameName, renameAdvice } from "./same-name.ts";
import { type DirectiveSpan, scanDirectives } from "./scan-directives.ts";
import { strayElement } from "./stray-elements.ts";
import { thirdGeneration } from "./third-generation.ts";
import { childElements, childNamed, childrenNamed, ownTextOf, textOf } from "./xml-queries.ts";

/**
 * Reads a directive of the first or second generation from a whole file.
 * Throws `ParseFailure`. The third (YAML frontmatter, no XML) is recognised and
 * refused: its steps are prose and its placeholders another language.
 */
export function parseDirective(text: string, id: string): ParsedItem {
  const { root, span } = findDirective(text, id);
  assertPlaces(text, root);
  assertNoStrays(text, span);
  const metadata = childNamed(root, "metadata");
  const category = childNamed(metadata, "category");
  return {
    name: checkedName(text, root, id),
    description: textOf(childNamed(metadata, "description")),
    version: root.attributes["version"] || textOf(childNamed(metadata, "version")) || "0.0.0",
    tags: tagsOf(metadata, category),
    inputs: readInputs(childNamed(root, "inputs"), text),
    effect: readDirectiveEffect(text, metadata),
    permissions: readGrants(childNamed(metadata, "permissions") ?? childNamed(root, "permissions")),
    steps: stepsOf(text, root, span),
    outputs: outputsOf(childNamed(root, "outputs")),
    modelClass: modelClassOf(metadata),
    body: "",
    ...askedForOf(text, metadata),
  };
}

/** `<examples>` with an `<example>` each, `<when_to_use>`, and `<trigger>`, which are examples too. */
function askedForOf(text: string, metadata: XmlElement | undefined): AskedFor {
  const container = childNamed(metadata, "examples");
  const listed = childrenNamed(container, "example");
  const loose = container === undefined ? [] : ownTextOf(container).split("\n").filter(isSaid);
  const triggers = childrenNamed(metadata, "trigger").map(textOf);
  return readAskedFor(
    {
      examples: container === undefined ? undefined : [...listed.map(textOf), ...loose],
      when_to_use: childrenNamed(metadata, "when_to_use").map(textOf),
      trigger: triggers.flatMap((trigger) => trigger.split("\n")),
    },
    ({ at, ...problem }) => {
      const place = listed[at ?? -1] ?? container;
      return failureAt(text, place?.offset ?? 0, problem);
    },
  );
}

function isSaid(line: string): boolean {
  return line.trim() !== "";
}

/** The element a file is about, and where it stands. Throws `ParseFailure`. */
export function findDirective(text: string, id: string): { root: XmlElement; span: DirectiveSpan } {
  const scan = scanDirectives(text);
  if (scan.spans.length === 0) {
    throw thirdGeneration(text, id) ?? scan.failure ?? noDirective();
  }
  return chooseRoot(text, scan.spans, id);
}

/** The element named after the file, else the first that can be read. */
function chooseRoot(
  text: string,
  spans: readonly DirectiveSpan[],
  id: string,
): { root: XmlElement; span: DirectiveSpan } {
  const readable: { root: XmlElement; span: DirectiveSpan }[] = [];
  let failure: unknown;
  for (const span of spans) {
    try {
      readable.push({ root: readXml(text, span), span });
    } catch (error) {
      failure ??= error;
    }
  }
  const chosen = readable.find(({ root }) => isSameName(root.attributes["name"] ?? "", id));
  if (chosen !== undefined) return chosen;
  failure = thirdGeneration(text, id) ?? failure;
  if (failure !== undefined) throw failure;
  const [first] = readable;
  if (first === undefined) throw noDirective();
  return first;
}

function checkedName(text: string, root: XmlElement, id: string): string {
  const name = root.attributes["name"];
  if (name === undefined || name === "") {
    throw failureAt(text, root.offset, {
      cause: "the directive has no name",
      fix: `Write <directive name="${id}" version="1.0.0">.`,
    });
  }
  if (!isSameName(name, id)) {
    throw failureAt(text, root.offset, {
      cause: `the directive is named "${name}" but its file is named "${id}"`,
      fix: renameAdvice(name, "directive", id),
    });
  }
  return name.normalize();
}

function tagsOf(metadata: XmlElement | undefined, category: XmlElement | undefined): string[] {
  const words = [
    ...ownTagsOfMetadata(metadata),
    ...wordsOf(textOf(category)),
    ...wordsOf(textOf(childNamed(metadata, "subcategory"))),
  ];
  return distinctWords(words).slice(0, 32);
}

/** The tags a directive was given, without its category's words. */
export function ownTagsOfMetadata(metadata: XmlElement | undefined): string[] {
  const tags = childNamed(metadata, "tags");
  const loose = tags === undefined ? [] : ownTextOf(tags).split(/[,\n]/);
  return distinctWords([...childElements(tags).map(textOf), ...loose]);
}

function wordsOf(text: string): string[] {
  return text.split(/[,/\n]/);
}

function distinctWords(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.trim()).filter((word) => word !== ""))];
}

function assertNoStrays(text: string, span: DirectiveSpan): void {
  const process = findProcessBlock(text, span);
  const others = scanDirectives(text).spans;
  const stray = strayElement(text, process === undefined ? others : [...others, process]);
  if (stray !== undefined) throw stray;
}

/** Steps inside the XML, else of a process block anywhere after or before it. */
function stepsOf(text: string, root: XmlElement, span: DirectiveSpan): ParsedItem["steps"] {
  const inside = stepsOfElement(childNamed(root, "process"));
  if (inside.length > 0) return inside;
  const outside = findProcessBlock(text, span);
  return outside === undefined ? [] : stepsOfText(text.slice(outside.innerStart, outside.innerEnd));
}

export interface ProcessBlock {
  /** From its opening tag to past its closing one. */
  start: number;
  end: number;
  innerStart: number;
  innerEnd: number;
}

/** The process block that stands after the element, else before it. */
export function findProcessBlock(text: string, span: DirectiveSpan): ProcessBlock | undefined {
  return processBlock(text, span.end, text.length) ?? processBlock(text, 0, span.start);
}

function processBlock(text: string, from: number, to: number): ProcessBlock | undefined {
  const part = text.slice(from, to);
  const opening = /<process\b[^<>]{0,2000}>/.exec(part);
  if (opening === null) return undefined;
  const innerStart = opening.index + opening[0].length;
  const rest = part.slice(innerStart);
  const close = rest.lastIndexOf("</process");
  const innerEnd = close < 0 ? part.length : innerStart + close;
  const tagEnd = close < 0 ? -1 : part.indexOf(">", innerEnd);
  const end = tagEnd < 0 ? part.length : tagEnd + 1;
  return {
    start: from + opening.index,
    end: from + end,
    innerStart: from + innerStart,
    innerEnd: from + innerEnd,
  };
}

function outputsOf(outputs: XmlElement | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  for (const element of childElements(outputs)) {
    const name = element.attributes["name"] ?? element.name;
    result[name] = textOf(element);
  }
  if (outputs !== undefined && Object.keys(result).length === 0) {
    const text = ownTextOf(outputs);
    if (text !== "") result["success"] = text;
  }
  return result;
}

function modelClassOf(metadata: XmlElement | undefined): LoadResult["model_class"] {
  const element = childNamed(metadata, "model", "model_class");
  const tier = element?.attributes["tier"] ?? element?.attributes["id"];
  if (tier === undefined || tier === "") return null;
  const fallback = element?.attributes["fallback"];
  return fallback === undefined ? { tier } : { tier, fallback };
}

function noDirective(): ParseFailure {
  return new ParseFailure({
    cause: "the file holds no <directive> element",
    fix: 'Write <directive name="…" version="1.0.0"> … </directive>, or move the file out of directives/.',
  });
}
