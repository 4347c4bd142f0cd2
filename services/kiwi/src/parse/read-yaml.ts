import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { ParseFailure } from "./parse-failure.ts";

/** Metadata is a page at most; YAML is slow to read and the event loop is everybody's. */
const METADATA_CHARACTERS_MAX = 32_768;
const ALIASES_MAX = 100;
/** Nobody nests metadata; a parser that recurses runs out of stack, slowly. */
const DEPTH_MAX = 64;

/**
 * The mapping a YAML text holds, its keys in small letters. Every plain value
 * stays the text it was written as (`0042`, `1.10`, `yes`): metadata are texts,
 * and a number cannot be turned back into one. Only nothing, `~` and `null` are
 * null. Throws `ParseFailure`, its place counted from `firstLine`; also for a
 * value that YAML would not read as it is meant.
 */
export function readYaml(yaml: string, firstLine: number): Record<string, unknown> {
  if (yaml.length > METADATA_CHARACTERS_MAX) {
    throw new ParseFailure({
      cause: `the metadata is longer than ${METADATA_CHARACTERS_MAX} characters`,
      fix: "Move text from the metadata into the body.",
      line: firstLine,
    });
  }
  if (isTooDeep(yaml)) {
    throw new ParseFailure({
      cause: `the metadata is nested more than ${DEPTH_MAX} deep`,
      fix: "Write it as lines of key: value.",
      line: firstLine,
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(yaml, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
    schema: "failsafe",
    // Each key against all others: a thousand lines take seconds. `repeatedKey` asks once.
    uniqueKeys: false,
    customTags: ["null"],
  });
  const problem = problemOf(yaml, document);
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.offset);
    const place = { line: firstLine + Math.max(line, 1) - 1, column: Math.max(col, 1) };
    throw new ParseFailure({ ...place, cause: problem.cause, fix: problem.fix });
  }
  const value: unknown = toPlain(() => document.toJS({ maxAliasCount: ALIASES_MAX }), firstLine);
  if (isRecord(value)) return inSmallLetters(value);
  throw new ParseFailure({
    cause: "the metadata is not a mapping",
    fix: "Write it as lines of key: value.",
    line: firstLine,
  });
}

interface Problem {
  offset: number;
  cause: string;
  fix: string;
}

function problemOf(yaml: string, document: Document.Parsed): Problem | undefined {
  const [error] = document.errors;
  if (error === undefined) {
    return repeatedKey(document) ?? misreadSign(document) ?? misreadValue(yaml, document);
  }
  return {
    offset: error.pos[0],
    cause: `the metadata is not valid YAML: ${error.message}`,
    fix: "Correct the YAML; put values that hold : or # into quotes.",
  };
}

/** Brackets that are open at once, and dashes and question marks before a line's text; in quotes, too. */
function isTooDeep(yaml: string): boolean {
  let open = 0;
  for (const sign of yaml) {
    if (sign === "[" || sign === "{") open += 1;
    else if (sign === "]" || sign === "}") open = Math.max(0, open - 1);
    if (open > DEPTH_MAX) return true;
  }
  return new RegExp(`^(?:[ \\t]*[-?:][ \\t]+){${DEPTH_MAX + 1}}`, "m").test(yaml);
}

function repeatedKey(document: Document.Parsed): Problem | undefined {
  let problem: Problem | undefined;
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const cause = "the metadata is not valid YAML: Map keys must be unique";
          problem = { offset: key.range?.[0] ?? 0, cause, fix: "Keep one of the two lines." };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return problem;
}

/** A value that begins with a sign of YAML's (`*`, `&`, `!`), and is meant as text. */
function misreadSign(document: Document.Parsed): Problem | undefined {
  const anchors = new Map<string, number>();
  const used = new Set<string>();
  let problem: Problem | undefined;
  const found = (offset: number, what: string): symbol => {
    const fix = 'Put a value that begins with this sign into quotes, as in title: "*new*".';
    problem = { offset, cause: what, fix };
    return visit.BREAK;
  };
  visit(document, {
    Node(_key, node) {
      const offset = node.range?.[0] ?? 0;
      if (node.tag?.startsWith("!") && node.tag !== "!") {
        return found(offset, `${node.tag} is a type here, which nothing knows, not text`);
      }
      if ("anchor" in node && node.anchor !== undefined) anchors.set(node.anchor, offset);
      return undefined;
    },
    Alias(_key, { source, range }) {
      used.add(source);
      if (anchors.has(source)) return undefined;
      return found(range?.[0] ?? 0, `*${source} refers to a value of that name, and there is none`);
    },
  });
  if (problem !== undefined) return problem;
  for (const [name, offset] of anchors) {
    if (!used.has(name)) found(offset, `&${name} names a value here that nothing refers to`);
  }
  return problem;
}

/** What is read as one text, where there is one. */
const TEXT_KEYS = new Set(["id", "zettel_id", "title", "description", "version", "entry_type"]);

/** A list where a text is read, or a text that is a comment, as in `tags: #pump`. */
function misreadValue(yaml: string, { contents }: Document.Parsed): Problem | undefined {
  if (!isMap(contents)) return undefined;
  for (const { key, value } of contents.items) {
    if (!isScalar(key) || !key.range) continue;
    const name = String(key.value).toLowerCase();
    const [offset, end] = key.range;
    if (TEXT_KEYS.has(name) && value !== null && !isScalar(value)) {
      const cause = `${name} is a list or a mapping here, not text`;
      return { offset, cause, fix: "Put its value into quotes." };
    }
    const isNothing = value === null || (isScalar(value) && value.value === null);
    const isRead = TEXT_KEYS.has(name) || name === "tags";
    if (isNothing && isRead && /^["']?[ \t]*:[ \t]+#[^\s#]/.test(yaml.slice(end))) {
      const cause = `what follows the # of ${name} is a comment`;
      return { offset, cause, fix: "Put the value into quotes." };
    }
  }
  return undefined;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keys as they are known: `Title` is a title, unless there is a `title` too. */
function inSmallLetters(given: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]);
  return { ...(Object.fromEntries(keys) as Record<string, unknown>), ...given };
}
