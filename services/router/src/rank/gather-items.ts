import {
  type ItemEvidence,
  keyOfSignature,
  type LineEvidence,
  type LineReading,
  mentionOf,
  type NearLesson,
  type PhraseCloseness,
} from "@lilux/core/ranking";
import { splitIdentifier } from "@lilux/core/text";
import type { LibraryEntry, LibraryIndex, MeaningComparison } from "@lilux/library-index";
import type { ContextCandidate } from "@lilux/protocol";

export interface GatherOptions {
  library: LibraryIndex | undefined;
  reading: LineReading;
  /** As typed. */
  text: string;
  /** As it is read; as typed when not given. */
  spelled?: string | undefined;
  /** From `matchWords` of the same line, when that was done before. */
  matched?: WordMatch | undefined;
  /** The context warmer's candidates. */
  warm: readonly ContextCandidate[];
  /** Key of the item the line before was about. */
  previousKey: string | undefined;
  /** The line before, as typed. */
  before?: string | undefined;
  /** YYYY-MM-DD. */
  today?: string | undefined;
  /** What was learnt from lines near to a reading. */
  lessonsNear?: ((embedding: Float32Array) => readonly NearLesson[]) | undefined;
}

/** What a line's words alone say, without a model. */
export interface WordMatch {
  words: readonly string[];
  /** Lexical scores by item key, best first. */
  lexical: ReadonlyMap<string, number>;
}

const NO_TOKENS = new Float32Array();
const NEAREST = 20;
/** So many of the nearest have their phrasings compared too: nearly always the item meant is among them. */
const PHRASED = 128;
/** By phrasings, so many more are considered. */
const PHRASES_TAKEN = 8;
const LEXICAL_TAKEN = 8;
/** More hits than are taken, so that items that came another way have their lexical score too. */
const LEXICAL_SCORED = 24;
const ID_WORDS_MAX = 12;
const LINE_WORDS_MAX = 64;
/** A conversation never leaves nothing to what nobody thought of. */
const LEFT_MIN = 0.05;

/**
 * Everything a line may be about, with what speaks for each: the items nearest
 * by embedding, the best lexical hits, those named outright and the one the line
 * before was about. What is warm brings nothing in: the item meant is among these
 * in 99 lines of 100, and every one more takes something from "no call".
 */
export function gatherItems(options: GatherOptions): LineEvidence {
  const { library, reading, text, previousKey, before, today } = options;
  const line = {
    reading,
    text: text.trim(),
    lastOpen: isLastOpen(text),
    hasPrevious: previousKey !== undefined,
    before,
    today,
  };
  if (library === undefined) return { ...line, items: [] };
  const { embedding } = reading;
  const lessons = embedding === undefined ? undefined : options.lessonsNear?.(embedding);
  return { ...line, lessons, items: gather(library, { ...options, lessons }, line.lastOpen) };
}

/** The part that can be done while the model still reads the line. */
export function matchWords(library: LibraryIndex, text: string): WordMatch {
  const prefixLast = isLastOpen(text);
  return {
    words: splitIdentifier(text).slice(0, LINE_WORDS_MAX),
    lexical: library.words.scores(text, { limit: LEXICAL_SCORED, prefixLast }),
  };
}

/** The last word may still be growing. */
function isLastOpen(text: string): boolean {
  return /\S$/u.test(text);
}

function gather(
  library: LibraryIndex,
  options: GatherOptions & { lessons: readonly NearLesson[] | undefined },
  lastOpen: boolean,
): ItemEvidence[] {
  const { reading, text, spelled = text, warm, previousKey, lessons } = options;
  const { words, lexical } = options.matched ?? matchWords(library, spelled);
  const comparison =
    reading.embedding === undefined ? undefined : library.meaning.compare(reading.embedding);
  const warmScores = warmByKey(library, warm);
  const pool = new Set<LibraryEntry>();
  const take = (entry: LibraryEntry | undefined): void => {
    if (entry !== undefined) pool.add(entry);
  };
  const nearest = nearestEntries(library, comparison);
  for (const entry of nearest.slice(0, NEAREST)) take(entry);
  for (const { signature } of lessons ?? []) take(library.entry(keyOfSignature(signature) ?? ""));
  for (const key of [...lexical.keys()].slice(0, LEXICAL_TAKEN)) take(library.entry(key));
  for (const entry of namedEntries(library, words)) take(entry);
  if (previousKey !== undefined) take(library.entry(previousKey));
  const compared = [...new Set([...nearest, ...pool])];
  const phrases =
    reading.embedding === undefined
      ? new Map<LibraryEntry, PhraseCloseness>()
      : library.phrases.compare(reading.embedding, compared);
  for (const entry of bestByPhrases(phrases)) take(entry);
  const tokens = library.tokens.compare(reading.tokens ?? NO_TOKENS, [...pool]);
  return [...pool].map((entry) => ({
    key: entry.key,
    item: entry.item,
    callId: library.names.callIdOf(entry),
    cosine: comparison?.cosineOf(entry),
    lexical: lexical.get(entry.key) ?? 0,
    mention: mentionOf(library.names.callWordsOf(entry), { words, lastOpen }),
    warm: warmScores.get(entry.key) ?? 0,
    isPrevious: entry.key === previousKey,
    phrases: phrases.get(entry),
    tokens: tokens.get(entry),
  }));
}

/** Those of the nearest whose phrasings are compared; without phrasings no more than are taken. */
function nearestEntries(
  { phrases }: LibraryIndex,
  comparison: MeaningComparison | undefined,
): LibraryEntry[] {
  const count = phrases.embedded === 0 ? NEAREST : PHRASED;
  return (comparison?.nearest(count) ?? []).map(({ entry }) => entry);
}

function bestByPhrases(phrases: ReadonlyMap<LibraryEntry, PhraseCloseness>): LibraryEntry[] {
  return [...phrases]
    .sort(([, a], [, b]) => b.three - a.three)
    .slice(0, PHRASES_TAKEN)
    .map(([entry]) => entry);
}

/** How many times likelier each warm item is than one of those that are not warm. */
function warmByKey(library: LibraryIndex, warm: readonly ContextCandidate[]): Map<string, number> {
  const left = 1 - warm.reduce((sum, { score }) => sum + score, 0);
  const others = Math.max(1, library.size - warm.length);
  const elsewhere = Math.max(LEFT_MIN, left) / others;
  const lifts = new Map<string, number>();
  for (const { item_type, item_id, score } of warm) {
    const entry = library.resolve(item_type, item_id);
    if (entry !== undefined) lifts.set(entry.key, score / elsewhere);
  }
  return lifts;
}

/** Items whose whole id stands in the line, with its words apart or run together. */
function namedEntries(library: LibraryIndex, words: readonly string[]): LibraryEntry[] {
  const named: LibraryEntry[] = [];
  for (let start = 0; start < words.length; start += 1) {
    let joined = "";
    for (const word of words.slice(start, start + ID_WORDS_MAX)) {
      joined += word;
      named.push(...library.names.ofJoinedId(joined));
    }
  }
  return named;
}
