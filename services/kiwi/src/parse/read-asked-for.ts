import { EXAMPLE_CHARACTERS_MAX, EXAMPLES_MAX, WHEN_TO_USE_CHARACTERS_MAX } from "@lilux/protocol";

/** How an item is asked for, as its author says: `examples` are lines that people type. */
export interface AskedFor {
  examples?: string[];
  when_to_use?: string;
}

/** What is wrong with one of the examples, by its place from 0. */
interface ExampleProblem {
  at: number;
  cause: string;
  fix: string;
}

/** What a metadata says of how an item is asked for, before any of it was looked at. */
interface Given {
  examples: unknown;
  when_to_use: unknown;
  trigger: unknown;
}

/** A control character, or half of one that is written in two: nobody types it. */
const UNTYPED = /\p{Cc}|\p{Surrogate}/u;

/**
 * The lines and the purpose. Only `examples` are held to their form, as they are ours; `when_to_use`
 * and `trigger` are found in items in many, and are read as far as they are text.
 */
export function readAskedFor(
  given: Given,
  fail: (problem: { at?: number; cause: string; fix: string }) => Error,
): AskedFor {
  const examples = checkedExamples(given.examples, fail);
  const triggers = textsOf(given.trigger)
    .map(asLine)
    .filter((line) => line !== "" && line.length <= EXAMPLE_CHARACTERS_MAX);
  const lines = [...examples, ...triggers.map((line) => line.toWellFormed())];
  const distinct = [...new Set(lines)].slice(0, EXAMPLES_MAX);
  const purpose = asLine(textsOf(given.when_to_use).join(" ")).slice(0, WHEN_TO_USE_CHARACTERS_MAX);
  return {
    ...(distinct.length === 0 ? {} : { examples: distinct }),
    ...(purpose === "" ? {} : { when_to_use: purpose.toWellFormed() }),
  };
}

function checkedExamples(
  given: unknown,
  fail: (problem: { at?: number; cause: string; fix: string }) => Error,
): string[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given) || !given.every((line): line is string => typeof line === "string")) {
    throw fail({
      cause: "examples is not a list of texts",
      fix: "Write a list of lines that people type for this item, each a text of its own.",
    });
  }
  const lines = given.map(asLine);
  const problem = problemOf(lines);
  if (problem !== undefined) throw fail(problem);
  return lines;
}

function problemOf(lines: readonly string[]): ExampleProblem | undefined {
  if (lines.length > EXAMPLES_MAX) {
    return {
      at: EXAMPLES_MAX,
      cause: `there are ${lines.length} examples, more than the ${EXAMPLES_MAX} an item may have`,
      fix: `Keep the ${EXAMPLES_MAX} that differ most.`,
    };
  }
  const place = (wrong: (line: string) => boolean): number => lines.findIndex(wrong);
  const empty = place((line) => line === "");
  if (empty >= 0) {
    return { at: empty, cause: `example ${empty + 1} is empty`, fix: "Write a line or remove it." };
  }
  const long = place((line) => line.length > EXAMPLE_CHARACTERS_MAX);
  if (long >= 0) {
    return {
      at: long,
      cause: `example ${long + 1} has ${lines[long]?.length ?? 0} characters, more than the ${EXAMPLE_CHARACTERS_MAX} of a line`,
      fix: "Write what somebody types, not what happens; what it is for goes into when_to_use.",
    };
  }
  const untyped = place((line) => UNTYPED.test(line));
  if (untyped < 0) return undefined;
  return {
    at: untyped,
    cause: `example ${untyped + 1} holds a character that nobody types`,
    fix: "Remove control characters from it.",
  };
}

/** White space and line ends as one space each. */
function asLine(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}

/** The texts of a text or a list; the rest says nothing. */
function textsOf(given: unknown): string[] {
  const entries: unknown[] = Array.isArray(given) ? given : [given];
  return entries
    .filter((entry): entry is string => typeof entry === "string")
    .map((text) => text.slice(0, TEXT_READ_MAX));
}

const TEXT_READ_MAX = 4_000;
