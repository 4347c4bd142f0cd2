import { checkedContent, composeNew, composeUpdate } from "../compose/compose-text.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { parseItem } from "../parse/parse-item.ts";
import { readOptions } from "../parse/python/read-options.ts";

/**
 * All that takes longer the longer an item's text is: from plain values to plain
 * values, so that it can be done in any thread.
 */
export const TEXT_JOBS = { parseItem, readOptions, checkedContent, composeNew, composeUpdate };

export type TextJobs = typeof TEXT_JOBS;
export type TextJobName = keyof TextJobs;

export type TextJob = {
  [J in TextJobName]: { name: J; given: Parameters<TextJobs[J]> };
}[TextJobName];

/** Throws what the job throws; a text that nests deeper than a thread's stack is one that cannot be read. */
export function doTextJob({ name, given }: TextJob): unknown {
  try {
    // One entry of the union: the name says which parameters these are.
    return (TEXT_JOBS[name] as (...all: readonly unknown[]) => unknown)(...given);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ParseFailure({
      cause: "the text nests too deep to be read",
      fix: "Write it flatter, or in several items.",
    });
  }
}

/** Letters of all texts that a job was given. */
export function lettersOf(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || depth > 8) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + lettersOf(part, depth + 1), 0);
}
