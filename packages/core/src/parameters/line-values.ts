import type { InputSpec } from "@lilux/protocol";
import type { DayTense } from "./day-tense.ts";
import type { LineToken } from "./line-tokens.ts";
import type { LineWord, TokensAndWords } from "./open-line.ts";
import type { ValueReading } from "./value-confidence.ts";

/** How a value came into a call: said outright, or concluded from its form and place. */
export type ValueOrigin = "typed" | "inferred";

export interface TakenValue {
  value: unknown;
  origin: ValueOrigin;
  /** What in the line it was read by: how far it can be trusted. */
  by: ValueReading;
}

/** A line while its values are being taken: which tokens are used up, and what inputs got. */
export interface LineValues {
  /** As typed. */
  readonly text: string;
  readonly tokens: readonly LineToken[];
  readonly words: readonly LineWord[];
  readonly taken: boolean[];
  readonly values: Map<string, TakenValue>;
  /** YYYY-MM-DD: what "tomorrow" is counted from. */
  readonly today: string | undefined;
  /** Stems of the words that the item and its inputs are about. */
  readonly own: ReadonlySet<string>;
  /** Parts of the line that are values and that no input can take, as typed. */
  readonly refused: string[];
  /** Of which days the item and the line speak; worked out once, where it is asked for. */
  readonly tense: () => DayTense | undefined;
  /** Inputs whose day was said without a year. */
  readonly yearless: Set<string>;
}

export function beginLineValues(
  { tokens, words }: TokensAndWords,
  { text, own, today, tense }: Pick<LineValues, "text" | "own" | "today" | "tense">,
): LineValues {
  return {
    text,
    tokens,
    words,
    taken: tokens.map(() => false),
    values: new Map(),
    own,
    today,
    tense,
    refused: [],
    yearless: new Set(),
  };
}

/** Gives an input its value and uses up the tokens it was read from. The first value stays. */
export function give(
  line: LineValues,
  spec: InputSpec,
  { value, origin, by, from }: TakenValue & { from: readonly number[] },
): void {
  if (!line.values.has(spec.name)) line.values.set(spec.name, { value, origin, by });
  for (const token of from) line.taken[token] = true;
}

/** Uses up tokens that are a value no input can take, and keeps what they say to be told. */
export function refuse(line: LineValues, from: readonly number[]): void {
  const [first, last] = [line.tokens[from[0] ?? -1], line.tokens[from.at(-1) ?? -1]];
  if (first === undefined || last === undefined) return;
  for (const token of from) line.taken[token] = true;
  line.refused.push(line.text.slice(first.start, last.end).replace(/[,;:.!?]+$/u, ""));
}

export function isOpen(line: LineValues, spec: InputSpec): boolean {
  return !line.values.has(spec.name);
}

/** The free word that a token is, in lower case; undefined for anything else. */
export function freeWord(line: LineValues, at: number): string | undefined {
  const token = line.tokens[at];
  const isFree = token?.kind === "word" && line.taken[at] === false;
  return isFree ? token.text.toLowerCase() : undefined;
}

/** As typed, whatever it was worked out to. */
export function saidAt({ tokens }: LineValues, at: number): string {
  const token = tokens[at];
  return token?.said ?? token?.text ?? "";
}

/** Where a run of words stands in the line, as places among its words; untaken tokens only. */
export function placesOf(
  line: Pick<LineValues, "words" | "taken">,
  wanted: readonly string[],
): number[] {
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
export function tokensOfWords(
  { words }: Pick<LineValues, "words">,
  start: number,
  count: number,
): number[] {
  const run = words.slice(start, start + count);
  return [...new Set(run.map(({ token }) => token))];
}
