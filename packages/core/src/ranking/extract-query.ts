import type { LineReading } from "./line-reading.ts";

/** A reading of what is searched for, with the model's belief that it is exactly this. */
export interface ExtractedQuery {
  text: string;
  /** Natural log of the probability that every word was put on the right side. */
  logProbability: number;
  /** No word was thought part of the query; the likeliest one stands in. */
  guessed: boolean;
  /** The line's last word, which may still be growing, is in it. */
  hasLastWord: boolean;
}

const QUERY_CHARACTERS_MAX = 1_000;
const EDGE_PUNCTUATION = /^[\s"'“”‘’`([{<«,;:.!?]+|[\s"'“”‘’`)\]}>»,;:.!?]+$/gu;

/**
 * The readings of the search query, likeliest first: the words the model thinks
 * part of it, in order; and, as a second chance, the same with the least certain
 * word on the other side. Empty when the line has no word.
 */
export function extractQueries(
  reading: Pick<LineReading, "words" | "queryLogits">,
  queriesMax = 2,
): ExtractedQuery[] {
  const logits = reading.queryLogits;
  const mask = logits.map((logit) => logit > 0);
  const masks = [mask, flipped(mask, leastCertain(logits))];
  const queries: ExtractedQuery[] = [];
  for (const candidate of masks) {
    const query = readMask(reading, candidate);
    if (query !== undefined && !queries.some((other) => other.text === query.text)) {
      queries.push(query);
    }
  }
  return queries.slice(0, queriesMax);
}

function readMask(
  { words, queryLogits }: Pick<LineReading, "words" | "queryLogits">,
  mask: readonly boolean[],
): ExtractedQuery | undefined {
  const guessed = !mask.includes(true);
  const kept = guessed ? words.filter((_, at) => at === likeliest(queryLogits)) : undefined;
  const text = (kept ?? words.filter((_, at) => mask[at])).map(trimPunctuation).join(" ").trim();
  if (text === "") return undefined;
  let logProbability = 0;
  let hasLastWord = false;
  for (const [at, logit] of queryLogits.entries()) {
    hasLastWord = guessed ? at === likeliest(queryLogits) : (mask[at] ?? false);
    logProbability += logSigmoid(hasLastWord ? logit : -logit);
  }
  return { text: text.slice(0, QUERY_CHARACTERS_MAX), logProbability, guessed, hasLastWord };
}

function trimPunctuation(word: string): string {
  return word.replace(EDGE_PUNCTUATION, "");
}

function likeliest(logits: readonly number[]): number {
  let best = -1;
  for (const [at, logit] of logits.entries()) {
    if (best === -1 || logit > (logits[best] ?? 0)) best = at;
  }
  return best;
}

function leastCertain(logits: readonly number[]): number {
  let best = -1;
  for (const [at, logit] of logits.entries()) {
    if (best === -1 || Math.abs(logit) < Math.abs(logits[best] ?? 0)) best = at;
  }
  return best;
}

function flipped(mask: readonly boolean[], at: number): boolean[] {
  return mask.map((inside, place) => (place === at ? !inside : inside));
}

/** log(1 / (1 + e^-x)) without overflow. */
function logSigmoid(x: number): number {
  return x < 0 ? x - Math.log1p(Math.exp(x)) : -Math.log1p(Math.exp(-x));
}
