import { parse, TomlError } from "smol-toml";
import { failureAt, type ParseFailure } from "./parse-failure.ts";

/** Nobody nests a list of requirements. */
const DEPTH_MAX = 32;
const OPENING = /^# \/\/\/ ([a-zA-Z0-9-]+)[ \t]*$/;
const CLOSING = /^# \/\/\/[ \t]*$/;
const CONTENT = /^#(?: |$)/;
/** What people write in its place, which every other tool passes over in silence. */
const NEAR_OPENING = /^\s*#+\s*\/{3,}\s*script\s*$/i;

/**
 * The dependencies of a script's inline metadata (`# /// script`, PEP 723), its
 * TOML read as TOML. Throws `ParseFailure`, also for a block that never ends or
 * that begins almost, but not quite, as one does.
 */
export function readInlineDependencies(text: string): string[] {
  const block = inlineBlock(text);
  if (block === undefined) return [];
  const value = readToml(text, block)["dependencies"];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw failureAt(text, block.offset, {
    cause: "dependencies of the inline script metadata is not a list of texts",
    fix: LIST_FIX,
  });
}

/**
 * What a script says of itself to Lilux in its inline metadata, the table `[tool.lilux]`; undefined
 * without one. Throws `ParseFailure` as `readInlineDependencies` does.
 */
export function readInlineTool(
  text: string,
): { value: Readonly<Record<string, unknown>>; offset: number } | undefined {
  const block = inlineBlock(text);
  const tool = block === undefined ? undefined : readToml(text, block)["tool"];
  const value = isTable(tool) ? tool["lilux"] : undefined;
  return block === undefined || !isTable(value) ? undefined : { value, offset: block.offset };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const LIST_FIX =
  'Write # dependencies = ["requests>=2.31"], a list of strings, one requirement each.';

interface InlineBlock {
  /** The lines between, without their `# `. */
  lines: string[];
  /** Of the opening line. */
  offset: number;
}

function readToml(text: string, block: InlineBlock): Record<string, unknown> {
  try {
    return parse(block.lines.join("\n"), { maxDepth: DEPTH_MAX });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw failureAt(text, offsetOf(text, block, error), {
      cause: `the inline script metadata is not TOML: ${error.message.split("\n")[0] ?? ""}`,
      fix: LIST_FIX,
    });
  }
}

/** The place in the file of a place in the block, whose lines begin with `# `. */
function offsetOf(text: string, { lines, offset }: InlineBlock, { line, column }: TomlError) {
  const opening = text.indexOf("\n", offset) + 1;
  const above = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 3, 0);
  return Math.min(opening + above + 1 + column, text.length);
}

/**
 * As the specification's expression finds it: from the opening line over comment
 * lines that follow each other, up to the last of them that closes.
 */
function inlineBlock(text: string): InlineBlock | undefined {
  const lines = text.split("\n");
  const ends = closingLines(lines);
  let found: InlineBlock | undefined;
  let offset = 0;
  let closedAt = -1;
  for (const [index, line] of lines.entries()) {
    const isOutside = index > closedAt;
    const type = isOutside ? OPENING.exec(line)?.[1] : undefined;
    const end = ends[index + 1];
    if (type !== undefined && end !== undefined) closedAt = end;
    if (type === "script") {
      if (found !== undefined) throw secondBlock(text, offset);
      if (end === undefined) throw unclosedBlock(text, offset);
      found = { lines: lines.slice(index + 1, end).map((content) => content.slice(2)), offset };
    } else if (isOutside && NEAR_OPENING.test(line)) throw nearBlock(text, offset);
    offset += line.length + 1;
  }
  return found;
}

/** For each line, the last line that closes among the comment lines that go on from it. */
function closingLines(lines: readonly string[]): (number | undefined)[] {
  const ends: (number | undefined)[] = [];
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? "";
    const end = CLOSING.test(line) ? (ends[index + 1] ?? index) : ends[index + 1];
    ends[index] = CONTENT.test(line) ? end : undefined;
  }
  return ends;
}

function secondBlock(text: string, offset: number): ParseFailure {
  return failureAt(text, offset, {
    cause: "there is a second block of inline script metadata",
    fix: "Keep one # /// script block.",
  });
}

function unclosedBlock(text: string, offset: number): ParseFailure {
  return failureAt(text, offset, {
    cause: "the inline script metadata that starts here never ends",
    fix: "Put # /// on a line of its own after it, with # at the start of every line between.",
  });
}

function nearBlock(text: string, offset: number): ParseFailure {
  return failureAt(text, offset, {
    cause: "this looks like the start of inline script metadata and is none",
    fix: "Write # /// script, with single spaces and from the start of the line.",
  });
}
