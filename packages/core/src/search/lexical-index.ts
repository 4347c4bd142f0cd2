import type { ItemType } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { type BestSlot, bestSlots, type SlotFacts } from "./best-slots.ts";
import { analyseDocument, fieldsOfBits, type LexicalDocument } from "./lexical-fields.ts";
import { createLexicalSlots, type IndexEntry, typeNumber } from "./lexical-slots.ts";
import { type QueryTerm, queryTerms } from "./query-terms.ts";
import { createScoreBoard, type WeighedTerm } from "./score-board.ts";
import { createSortedWords, type IndexedWord } from "./sorted-words.ts";
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
  /** The scores of what `search` finds by key, in its order, without working out why. */
  scores(text: string, query: LexicalQuery): Map<string, number>;
}

interface BestOfTerms {
  best: BestSlot[];
  total: number;
  terms: readonly WeighedTerm[];
}

const PREFIX_WORDS_MAX = 256;
/** A word the library does not know weighs this much of the rarest it could know. */
const UNKNOWN_WEIGHT = 0.5;
/** Terms that are left out where nothing else matches may come to this share of a perfect score. */
const QUIET_SHARE = 0.09;
const NAMING_IMPORTANCE_MIN = 0.1;

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
  readonly #slots = createLexicalSlots();
  readonly #postings = createTermPostings();
  readonly #words = createSortedWords();
  readonly #board = createScoreBoard();
  #changes = 0;

  get size(): number {
    return this.#slots.size;
  }

  put(document: LexicalDocument): void {
    this.remove(document.key);
    this.#changes += 1;
    const slot = this.#slots.next();
    const { terms, words, idStems, joinedId } = analyseDocument(document);
    const postings = new Map<string, Posting>();
    for (const [stem, { weight }] of terms) {
      postings.set(stem, this.#postings.add(stem, { slot, weight, isInId: idStems.has(stem) }));
    }
    const indexed: IndexedWord[] = [];
    const bits: number[] = [];
    for (const [word, stem] of words) {
      const posting = postings.get(stem);
      if (posting === undefined) continue;
      indexed.push(this.#words.add(word, posting));
      bits.push(terms.get(stem)?.fields ?? 0);
    }
    const entry: IndexEntry = {
      key: document.key,
      words: indexed.slice(),
      idTerms: [...idStems].flatMap((stem) => postings.get(stem) ?? []),
      fields: String.fromCharCode(...bits),
    };
    const joined = this.#words.get(joinedId)?.id ?? 0;
    this.#slots.set(slot, entry, { item_type: document.item_type, joinedId: joined });
    this.#board.reserve(slot + 1);
  }

  remove(key: string): boolean {
    const slot = this.#slots.slotOf(key);
    const entry = slot === undefined ? undefined : this.#slots.at(slot);
    if (slot === undefined || entry === undefined) return false;
    this.#changes += 1;
    for (const posting of new Set(entry.words.map((word) => word.posting))) {
      this.#postings.remove(posting, slot);
    }
    for (const word of entry.words) this.#words.remove(word);
    this.#slots.remove(slot);
    return true;
  }

  search(text: string, query: LexicalQuery): LexicalHit[] {
    return this.match(text, query).hits;
  }

  match(text: string, query: LexicalQuery): LexicalMatch {
    const { best, total, terms } = this.#best(text, query);
    return { hits: best.flatMap((found) => this.#hitOf(found, terms)), total };
  }

  scores(text: string, query: LexicalQuery): Map<string, number> {
    const scores = new Map<string, number>();
    for (const { slot, score } of this.#best(text, query).best) {
      const entry = this.#slots.at(slot);
      if (entry !== undefined) scores.set(entry.key, score);
    }
    return scores;
  }

  #best(text: string, { item_type, limit, prefixLast }: LexicalQuery): BestOfTerms {
    const terms = queryTerms(text, prefixLast).map((term) => this.#weigh(term));
    const perfect = terms.reduce((sum, term) => sum + term.weight, 0);
    if (perfect === 0 || limit < 1) return { best: [], total: 0, terms };
    const weightMin = QUIET_SHARE * perfect;
    const count = this.#board.sum({ terms, rarityOf: this.#rarityOf, weightMin });
    const { best, total } = bestSlots(this.#board, this.#facts(), {
      count,
      perfect,
      type: item_type === undefined ? 0 : typeNumber(item_type),
      joinedId: this.#words.get(splitIdentifier(text).join(""))?.id ?? -1,
      limit,
    });
    this.#board.clear(count);
    return { best, total, terms };
  }

  #weigh(term: QueryTerm): WeighedTerm {
    const matches = new Map<Posting, number>();
    if (term.isPrefix) {
      for (const { text, posting } of this.#words.withPrefix(term.word, PREFIX_WORDS_MAX)) {
        const quality = 0.55 + 0.45 * (term.word.length / text.length);
        matches.set(posting, Math.max(quality, matches.get(posting) ?? 0));
      }
    }
    const whole = this.#postings.of(term.stem);
    if (whole !== undefined) matches.set(whole, 1);
    let rarity = matches.size === 0 ? UNKNOWN_WEIGHT * rarityOf(0, this.size) : 0;
    for (const posting of matches.keys()) rarity = Math.max(rarity, this.#rarityOf(posting));
    return {
      word: term.word,
      weight: rarity * term.importance,
      names: term.importance >= NAMING_IMPORTANCE_MIN,
      matches: [...matches].map(([posting, quality]) => ({ posting, quality })),
    };
  }

  readonly #rarityOf = (posting: Posting): number => rarityOf(posting.slots.length, this.size);

  #facts(): SlotFacts {
    const { types, joinedIds, keyOrders } = this.#slots;
    return {
      types,
      joinedIds,
      keyOrders,
      keyOf: (slot) => this.#slots.at(slot)?.key ?? "",
      idRarityOf: (slot) => this.#idRarityOf(slot),
    };
  }

  #idRarityOf(slot: number): number {
    const { idRarities, idRaritiesAt } = this.#slots;
    if (idRaritiesAt[slot] !== this.#changes) {
      const terms = this.#slots.at(slot)?.idTerms ?? [];
      idRaritiesAt[slot] = this.#changes;
      idRarities[slot] = terms.reduce((sum, posting) => sum + this.#rarityOf(posting), 0);
    }
    return idRarities[slot] ?? 0;
  }

  #hitOf({ slot, score }: BestSlot, terms: readonly WeighedTerm[]): LexicalHit[] {
    const entry = this.#slots.at(slot);
    return entry === undefined ? [] : [{ key: entry.key, score, why: explain(entry, terms) }];
  }
}

/** Which word of the query is where in a document, by the most telling field of each. */
function explain({ words, fields }: IndexEntry, terms: readonly WeighedTerm[]): string[] {
  const bitsOf = new Map(words.map(({ posting }, place) => [posting, fields.charCodeAt(place)]));
  const reasons: string[] = [];
  for (const term of terms) {
    const found = term.matches.find(({ posting }) => bitsOf.has(posting));
    if (found === undefined) continue;
    const [field] = fieldsOfBits(bitsOf.get(found.posting) ?? 0);
    reasons.push(`${field ?? "text"}: ${term.word}`);
  }
  return reasons;
}
