import type { ItemType } from "@lilux/protocol";
import { createBestOf } from "./best-of.ts";
import {
  type AnalysedDocument,
  analyseDocument,
  fieldsOfBits,
  type LexicalDocument,
} from "./lexical-fields.ts";
import { type QueryTerm, queryTerms } from "./query-terms.ts";
import { createScoreBoard, type SlotScore, type WeighedTerm } from "./score-board.ts";
import { createSortedWords } from "./sorted-words.ts";
import { splitIdentifier } from "./split-identifier.ts";
import { createTermPostings, type Posting, rarityOf } from "./term-postings.ts";

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
  /** The rarity of all words of its id, as of the change it was computed at. */
  idRarity: number;
  idRarityAt: number;
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
  #changes = 0;

  get size(): number {
    return this.#slotOfKey.size;
  }

  put(document: LexicalDocument): void {
    this.remove(document.key);
    const slot = this.#freeSlots.pop() ?? this.#entries.length;
    const { key, item_type } = document;
    const entry: Entry = {
      ...analyseDocument(document),
      key,
      item_type,
      idRarity: Number.NaN,
      idRarityAt: -1,
    };
    this.#changes += 1;
    this.#postings.add(slot, entry);
    this.#entries[slot] = entry;
    this.#slotOfKey.set(key, slot);
    this.#board.reserve(this.#entries.length);
    for (const [word, stem] of entry.words) this.#words.add(word, stem);
  }

  remove(key: string): boolean {
    const slot = this.#slotOfKey.get(key);
    const entry = slot === undefined ? undefined : this.#entries[slot];
    if (slot === undefined || entry === undefined) return false;
    this.#changes += 1;
    this.#postings.remove(slot, entry);
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
    const rarity = (posting: Posting): number => rarityOf(posting.slots.length, this.size);
    this.#board.sum(terms, rarity, (found) => {
      const entry = this.#entries[found.slot];
      if (entry === undefined) return;
      if (query.item_type !== undefined && entry.item_type !== query.item_type) return;
      const covered = found.sum / perfect;
      const named = found.named === 0 ? 0 : NAMED_WEIGHT * this.#namedShare(entry, found);
      const isWhole = entry.joinedId === joined;
      const score = isWhole ? 1 : roundScore(1 - (1 - covered) * (1 - named));
      if (score < SCORE_MIN) return;
      total += 1;
      best.offer({ entry, score });
    });
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
    for (const { slots } of matches.keys()) {
      rarity = Math.max(rarity, rarityOf(slots.length, this.size));
    }
    return {
      word: term.word,
      weight: rarity * term.importance,
      names: term.importance >= NAMING_IMPORTANCE_MIN,
      matches: [...matches].map(([posting, quality]) => ({ posting, quality })),
    };
  }

  /** How much of the id the text names: 0 for none of its words, near 1 for all of several. */
  #namedShare(entry: Entry, { named, namedCount }: SlotScore): number {
    if (entry.idRarityAt !== this.#changes) {
      entry.idRarityAt = this.#changes;
      entry.idRarity = entry.idStems.reduce((sum, stem) => {
        const count = this.#postings.of(stem)?.slots.length ?? 0;
        return sum + rarityOf(count, this.size);
      }, 0);
    }
    return Math.min(1, named / entry.idRarity) * (1 - NAMED_DECAY ** namedCount);
  }
}

function byScoreThenKey(a: Scored, b: Scored): number {
  return b.score - a.score || (a.entry.key < b.entry.key ? -1 : 1);
}

/** Sums in another order differ in the last digits; equal items must tie exactly. */
function roundScore(score: number): number {
  return Math.round(score * 1e6) / 1e6;
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
