import { isMetadataBlock } from "./is-metadata-block.ts";
import { closesFence, openingFence } from "./markdown-fence.ts";
import { misplacedMetadata } from "./misplaced-metadata.ts";
import { ParseFailure } from "./parse-failure.ts";
import { lineAt, nextLine, skipLead } from "./skip-lead.ts";

export interface KnowledgeParts {
  yaml: string;
  /** Where the YAML begins; undefined when there is no metadata. */
  yamlStart: number | undefined;
  /** Of the YAML, in the file. */
  firstLine: number;
  /** Where what follows the metadata begins. */
  bodyStart: number;
  body: string;
  /** Headings that stand before the metadata. */
  headings: string;
}

/**
 * A knowledge entry's metadata and body. Metadata is YAML between lines of three
 * dashes, or in a fenced block that says what the entry is; comments and headings
 * may stand before it. Throws `ParseFailure` for metadata without an end, in
 * another language, or where it would not be read.
 */
export function cutMetadata(text: string, id: string): KnowledgeParts {
  const { end, commentsEnd, ownText } = skipLead(text);
  const found = frontmatterAt(text, end) ?? fencedAt(text, end, { id, ownText });
  if (found === undefined) {
    const failure = misplacedMetadata(text, end);
    if (failure !== undefined) throw failure;
    const body = text.slice(commentsEnd);
    const firstLine = 1;
    return {
      yaml: "",
      yamlStart: undefined,
      firstLine,
      bodyStart: commentsEnd,
      body,
      headings: "",
    };
  }
  const { start, length, bodyStart, isFenced } = found;
  return {
    yaml: text.slice(start, start + length),
    yamlStart: start,
    firstLine: lineNumberAt(text, start),
    bodyStart,
    body: `${isFenced ? ownText.trimEnd() : ""}\n${text.slice(bodyStart)}`,
    headings: ownText,
  };
}

interface Found {
  start: number;
  length: number;
  bodyStart: number;
  isFenced: boolean;
}

const OPENING = /^ {0,3}---(?:ya?ml)?(?:[ \t]+#.*)?[ \t]*$/;
/** Dashes at the end of a value do not end it; the three dots of a YAML document do. */
const CLOSING = /^(?:---|\.\.\.)[ \t]*$/gm;
const KEY_LINE = /^["']?[\p{L}\p{N}_][^:\n]{0,80}:(?:\s|$)/u;

/** Frontmatter at an offset. Three dashes may also be a rule: what follows a blank line is prose. */
export function frontmatterAt(text: string, at: number): Found | undefined {
  if (!OPENING.test(lineAt(text, at))) return undefined;
  const start = nextLine(text, at);
  const closing = new RegExp(CLOSING);
  closing.lastIndex = start;
  const end = start < text.length ? closing.exec(text) : null;
  const content = text.slice(start, end?.index ?? text.length);
  const first = content.trimStart().split("\n", 1)[0] ?? "";
  if (end !== null) {
    if (content.startsWith("\n") && first !== "" && !KEY_LINE.test(first)) return undefined;
    const bodyStart = nextLine(text, end.index);
    return { start, length: Math.max(content.length - 1, 0), bodyStart, isFenced: false };
  }
  if (!KEY_LINE.test(content)) return undefined;
  throw new ParseFailure({
    cause: "the frontmatter that starts here never ends",
    fix: "Add a line --- after the metadata.",
    line: lineNumberAt(text, at),
  });
}

/** A fenced block of YAML at an offset, when it is the entry's metadata and no example. */
function fencedAt(
  text: string,
  at: number,
  entry: { id: string; ownText: string },
): Found | undefined {
  const fence = openingFence(lineAt(text, at));
  if (fence === undefined || fence.indent > 3 || !/^ya?ml$/i.test(fence.info)) return undefined;
  const start = nextLine(text, at);
  let end = start;
  while (end < text.length && !closesFence(lineAt(text, end), fence)) end = nextLine(text, end);
  const yaml = text.slice(start, end);
  if (!isMetadataBlock(yaml, entry)) return undefined;
  if (end < text.length) {
    const length = Math.max(yaml.length - 1, 0);
    return { start, length, bodyStart: nextLine(text, end), isFenced: true };
  }
  throw new ParseFailure({
    cause: "the block of metadata that starts here never ends",
    fix: `Add a line ${fence.mark.repeat(fence.length)} after the metadata.`,
    line: lineNumberAt(text, at),
  });
}

function lineNumberAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
