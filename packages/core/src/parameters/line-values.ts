import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import type { LineToken } from "./line-tokens.ts";

/** How a value came into a call: said outright, or concluded from its form and place. */
export type ValueOrigin = "typed" | "inferred";

export interface TakenValue {
  value: unknown;
  origin: ValueOrigin;
}

/** One word of the line, with the token it is part of: `dry-run` is two words of one token. */
export interface LineWord {
  word: string;
  token: number;
}

/** A line while its values are being taken: which tokens are used up, and what inputs got. */
export interface LineValues {
  readonly tokens: readonly LineToken[];
  readonly words: readonly LineWord[];
  readonly taken: boolean[];
  readonly values: Map<string, TakenValue>;
}

export function beginLineValues(tokens: readonly LineToken[]): LineValues {
  const words = tokens.flatMap(({ kind, text }, token) =>
    kind === "word" || kind === "quoted"
      ? splitIdentifier(text).map((word) => ({ word, token }))
      : [],
  );
  return { tokens, words, taken: tokens.map(() => false), values: new Map() };
}

/** Gives an input its value and uses up the tokens it was read from. The first value stays. */
export function give(
  line: LineValues,
  spec: InputSpec,
  { value, origin, from }: TakenValue & { from: readonly number[] },
): void {
  if (!line.values.has(spec.name)) line.values.set(spec.name, { value, origin });
  for (const token of from) line.taken[token] = true;
}

export function isOpen(line: LineValues, spec: InputSpec): boolean {
  return !line.values.has(spec.name);
}

/** Where a run of words stands in the line, as places among its words; untaken tokens only. */
export function placesOf(line: LineValues, wanted: readonly string[]): number[] {
  const { words, taken } = line;
  const places: number[] = [];
  for (let start = 0; wanted.length > 0 && start + wanted.length <= words.length; start += 1) {
    const stands = wanted.every((word, at) => {
      const found = words[start + at];
      return found !== undefined && found.word === word && taken[found.token] === false;
    });
    if (stands) places.push(start);
  }
  return places;
}

/** The tokens that a run of words belongs to. */
export function tokensOfWords(line: LineValues, start: number, count: number): number[] {
  const run = line.words.slice(start, start + count);
  return [...new Set(run.map(({ token }) => token))];
}
