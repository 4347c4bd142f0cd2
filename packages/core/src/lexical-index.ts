import type { ItemType } from "@lilux/protocol";
import { createBestOf } from "./best-of.ts";
import {
  type AnalysedDocument,
  analyseDocument,
  fieldsOfBits,
  type LexicalDocument,
} from "./lexical-fields.ts";
import { type QueryTerm, queryTerms } from "./query-terms.ts";
import { createScoreBoard, type WeighedTerm } from "./score-board.ts";
import { createSortedWords } from "./sorted-words.ts";
import { splitIdentifier } from "./split-identifier.ts";
import { createTermPostings, type Posting, rarityOf, rarityOfPosting } from "./term-postings.ts";

export interface LexicalQuery {
  item_type?: ItemType | undefined;
  limit: number;
  /** The last word may be unfinished: it also matches what it begins. */
  prefixLast: boolean;
}

export interface LexicalHit {
  key: string;
  /** 0 to 1, comparable across queries: 1 is the exact id, below 0.5 a passing mention. */
  score: number;
  /** `field: word` for every word of the query that the item holds. */
  why: string[];
}

export interface LexicalMatch {
  hits: LexicalHit[];
  /** How many items matched at all. */
  total: number;
}

export interface LexicalIndex {
  readonly size: number;
  /** Adds a document, or replaces the one of the same key. */
  put(document: LexicalDocument): void;
  /** Whether there was one. */
  remove(key: string): boolean;
  /** Best first; equal scores by key. */
  search(text: string, query: LexicalQuery): LexicalHit[];
  match(text: string, query: LexicalQuery): LexicalMatch;
}

const PREFIX_WORDS_MAX = 256;
/** A word the library does not know weighs this much of the rarest it could know. */
const UNKNOWN_WEIGHT = 0.5;
/** What naming an item in full can add to a score. */
const NAMED_WEIGHT = 0.75;
/** How fast that grows with the number of words named: one word of an id is weak evidence. */
const NAMED_DECAY = 0.4;
const SCORE_MIN = 0.1;
const NAMING_IMPORTANCE_MIN = 0.1;

interface Entry extends AnalysedDocument {
  key: string;
  item_type: ItemType;
  idPostings: Posting[];
}

interface Scored {
  entry: Entry;
  score: number;
}

/**
 * A prefix-aware BM25 index over a library's manifests, held in memory.
 *
 * Scores are BM25 over boosted fields, divided by what a perfect item would
 * get, and raised when the text names the item's id. They are therefore
 * comparable across queries, which a retrieval floor needs, and depend only on
 * the items held, never on the order in which they came. One writer at a time;
 * searching never changes it.
 */
export function createLexicalIndex(): LexicalIndex {
  return new Index();
}

class Index implements LexicalIndex {
  readonly #entries: (Entry | undefined)[] = [];
  readonly #slotOfKey = new Map<string, number>();
  readonly #freeSlots: number[] = [];
  readonly #postings = createTermPostings();
  readonly #words = createSortedWords();
  readonly #board = createScoreBoard();

  get size(): number {
    return this.#slotOfKey.size;
  }

  put(document: LexicalDocument): void {
    this.remove(document.key);
    const slot = this.#freeSlots.pop() ?? this.#entries.length;
    const { key, item_type } = document;
    const analysed = analyseDocument(document);
    this.#postings.add(slot, analysed.terms);
    const idPostings = analysed.idStems.flatMap((stem) => this.#postings.of(stem) ?? []);
    const entry: Entry = { ...analysed, key, item_type, idPostings };
    this.#entries[slot] = entry;
    this.#slotOfKey.set(key, slot);
    this.#board.reserve(this.#entries.length);
    for (const [word, stem] of entry.words) this.#words.add(word, stem);
  }

  remove(key: string): boolean {
    const slot = this.#slotOfKey.get(key);
    const entry = slot === undefined ? undefined : this.#entries[slot];
    if (slot === undefined || entry === undefined) return false;
    this.#postings.remove(slot, entry.terms);
    for (const word of entry.words.keys()) this.#words.remove(word);
    this.#entries[slot] = undefined;
    this.#slotOfKey.delete(key);
    this.#freeSlots.push(slot);
    return true;
  }

  search(text: string, query: LexicalQuery): LexicalHit[] {
    return this.match(text, query).hits;
  }

  match(text: string, query: LexicalQuery): LexicalMatch {
    const terms = queryTerms(text, query.prefixLast).map((term) => this.#weigh(term));
    const perfect = terms.reduce((sum, term) => sum + term.weight, 0);
    if (perfect === 0 || query.limit < 1) return { hits: [], total: 0 };
    const joined = splitIdentifier(text).join("");
    const best = createBestOf<Scored>(query.limit, byScoreThenKey);
    let total = 0;
    markMatches(terms);
    this.#board.sum(terms, (slot, sum) => {
      const entry = this.#entries[slot];
      if (entry === undefined) return;
      if (query.item_type !== undefined && entry.item_type !== query.item_type) return;
      const named = NAMED_WEIGHT * this.#namedShare(entry);
      const exact = entry.joinedId === joined;
      const score = exact ? 1 : roundScore(1 - (1 - sum / perfect) * (1 - named));
      if (score < SCORE_MIN) return;
      total += 1;
      best.offer({ entry, score });
    });
    clearMatches(terms);
    const hits = best
      .values()
      .map(({ entry, score }) => ({ key: entry.key, score, why: explain(entry, terms) }));
    return { hits, total };
  }

  #weigh(term: QueryTerm): WeighedTerm {
    const matches = new Map<Posting, number>();
    if (term.isPrefix) {
      for (const [word, stem] of this.#words.withPrefix(term.word, PREFIX_WORDS_MAX)) {
        const posting = this.#postings.of(stem);
        const quality = 0.55 + 0.45 * (term.word.length / word.length);
        if (posting === undefined) continue;
        matches.set(posting, Math.max(quality, matches.get(posting) ?? 0));
      }
    }
    const whole = this.#postings.of(term.stem);
    if (whole !== undefined) matches.set(whole, 1);
    let rarity = matches.size === 0 ? UNKNOWN_WEIGHT * rarityOf(0, this.size) : 0;
    for (const posting of matches.keys()) {
      rarity = Math.max(rarity, rarityOfPosting(posting, this.size));
    }
    const { word, importance } = term;
    const weight = rarity * importance;
    const pairs = [...matches].map(([posting, quality]) => ({ posting, quality }));
    return { word, importance, weight, matches: pairs };
  }

  /** How much of the id the text names: 0 for none of its words, near 1 for all of several. */
  #namedShare(entry: Entry): number {
    let all = 0;
    let named = 0;
    let count = 0;
    for (const posting of entry.idPostings) {
      const rarity = rarityOfPosting(posting, this.size);
      all += rarity;
      named += rarity * posting.matched;
      count += posting.matched;
    }
    return named === 0 ? 0 : (named / all) * (1 - NAMED_DECAY ** count);
  }
}

function byScoreThenKey(a: Scored, b: Scored): number {
  return b.score - a.score || (a.entry.key < b.entry.key ? -1 : 1);
}

/** Sums in another order differ in the last digits; equal items must tie exactly. */
function roundScore(score: number): number {
  return Math.round(score * 1e6) / 1e6;
}

/** Notes on each posting how well the query matches it. Words of grammar name nothing. */
function markMatches(terms: readonly WeighedTerm[]): void {
  for (const { matches, importance } of terms) {
    if (importance < NAMING_IMPORTANCE_MIN) continue;
    for (const { posting, quality } of matches) {
      posting.matched = Math.max(posting.matched, quality);
    }
  }
}

function clearMatches(terms: readonly WeighedTerm[]): void {
  for (const { matches } of terms) {
    for (const { posting } of matches) posting.matched = 0;
  }
}

function explain(entry: Entry, terms: readonly WeighedTerm[]): string[] {
  const reasons: string[] = [];
  for (const term of terms) {
    const found = term.matches.find(({ posting }) => entry.terms.has(posting.stem));
    if (found === undefined) continue;
    const [field] = fieldsOfBits(entry.terms.get(found.posting.stem)?.fields ?? 0);
    reasons.push(`${field ?? "text"}: ${term.word}`);
  }
  return reasons;
}
