import { EmbeddingMatrix, phrasesOf, type QuantisedEmbedding } from "@lilux/core/embedding";
import type { PhraseCloseness } from "@lilux/core/ranking";
import type { LibraryEntry } from "./library-entry.ts";
import { hashesOf, isOf, type PhraseBlock, packBlock, rowsOf } from "./phrase-block.ts";
import { textHashOf } from "./text-hash.ts";

/** An entry whose phrasings have no embeddings yet. */
export interface PendingPhrases {
  entry: LibraryEntry;
  texts: readonly string[];
  /** Names of the texts' embeddings; not those of items' texts, which are embedded otherwise. */
  hashes: readonly string[];
}

/**
 * What is typed for the items of one library: a few lines an item, each with an embedding of the
 * model that reads lines. They are compared with a line only for items that it is near to by
 * themselves: that takes what it takes for so many items, however large the library is.
 */
export interface ItemPhrases {
  /** How many phrasings have an embedding. */
  readonly embedded: number;
  /** How many items have phrasings without one. */
  readonly pendingCount: number;
  /** Another one whenever a comparison may answer otherwise. */
  readonly revision: number;
  /** Lines that a model wrote for the text of this hash; they count after the author's. */
  teach(textHash: string, lines: readonly string[]): void;
  pending(count?: number): PendingPhrases[];
  /** All of an entry's at once; ignored when others are wanted by now, and when a width is another. */
  set(pending: PendingPhrases, embeddings: readonly QuantisedEmbedding[]): void;
  /** Every embedding at hand, by the hash of its text. */
  all(): Map<string, QuantisedEmbedding>;
  /** How near a line is to the phrasings of each of these entries that has any. */
  compare(
    query: Float32Array,
    entries: readonly LibraryEntry[],
  ): Map<LibraryEntry, PhraseCloseness>;
}

/** The index's own side of it. */
export interface PhraseRows extends ItemPhrases {
  /** An entry came, or what its item says of how it is asked for has changed. */
  put(entry: LibraryEntry): void;
  remove(entry: LibraryEntry): void;
  adopt(width: number): void;
}

/** The scratch that a comparison is done in grows in these steps. */
const ROWS_STEP = 512;
const NEAREST = 3;

export function createPhraseRows(rowsMax = Number.POSITIVE_INFINITY): PhraseRows {
  return new Phrases(rowsMax);
}

class Phrases implements PhraseRows {
  readonly #blocks = new Map<LibraryEntry, PhraseBlock>();
  readonly #wanted = new Map<LibraryEntry, PendingPhrases>();
  readonly #taught = new Map<string, readonly string[]>();
  readonly #byTextHash = new Map<string, Set<LibraryEntry>>();
  readonly #scratches = new Map<number, EmbeddingMatrix>();
  #width = 0;
  #embedded = 0;
  #revision = 0;
  readonly #rowsMax: number;

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  get embedded(): number {
    return this.#embedded;
  }
  get revision(): number {
    return this.#revision;
  }
  get pendingCount(): number {
    return this.#width === 0 ? 0 : this.#wanted.size;
  }

  put(entry: LibraryEntry): void {
    const alike = this.#byTextHash.get(entry.textHash) ?? new Set();
    this.#byTextHash.set(entry.textHash, alike.add(entry));
    const texts = phrasesOf(entry.item, this.#taught.get(entry.textHash));
    const hashes = texts.map(phraseHashOf);
    const block = this.#blocks.get(entry);
    if (block !== undefined && isOf(block, hashes)) {
      this.#wanted.delete(entry);
      return;
    }
    // Until the new ones are there, the old ones say more than nothing; of none there is nothing to say.
    if (texts.length === 0) {
      this.#drop(entry);
      this.#wanted.delete(entry);
    } else if (!isEqual(this.#wanted.get(entry)?.hashes ?? [], hashes)) {
      this.#wanted.set(entry, { entry, texts, hashes });
    }
  }

  remove(entry: LibraryEntry): void {
    const alike = this.#byTextHash.get(entry.textHash);
    alike?.delete(entry);
    if (alike?.size === 0) this.#byTextHash.delete(entry.textHash);
    this.#wanted.delete(entry);
    this.#drop(entry);
  }

  adopt(width: number): void {
    this.#width = width;
    // Those in work are of another model: they are wanted anew.
    const entries = [...this.#blocks.keys(), ...this.#wanted.keys()];
    this.#wanted.clear();
    this.#blocks.clear();
    this.#revision += 1;
    this.#scratches.clear();
    this.#embedded = 0;
    for (const entry of entries) this.put(entry);
  }

  teach(textHash: string, lines: readonly string[]): void {
    if (lines.length === 0) this.#taught.delete(textHash);
    else this.#taught.set(textHash, lines);
    for (const entry of [...(this.#byTextHash.get(textHash) ?? [])]) this.put(entry);
  }

  pending(count = Number.POSITIVE_INFINITY): PendingPhrases[] {
    const found: PendingPhrases[] = [];
    if (this.#width === 0) return found;
    for (const wanted of this.#wanted.values()) {
      if (found.length >= count) break;
      found.push(wanted);
    }
    return found;
  }

  set(pending: PendingPhrases, embeddings: readonly QuantisedEmbedding[]): void {
    const { entry, hashes } = pending;
    const fits = embeddings.every(({ bytes }) => bytes.length === this.#width);
    if (this.#wanted.get(entry) !== pending || !fits || embeddings.length !== hashes.length) return;
    this.#drop(entry);
    this.#wanted.delete(entry);
    if (this.#embedded + embeddings.length > this.#rowsMax) return;
    this.#revision += 1;
    this.#blocks.set(entry, packBlock(hashes, embeddings));
    this.#embedded += embeddings.length;
  }

  all(): Map<string, QuantisedEmbedding> {
    const found = new Map<string, QuantisedEmbedding>();
    for (const block of this.#blocks.values()) {
      const rows = rowsOf(block);
      for (const [at, hash] of hashesOf(block).entries()) {
        const row = rows[at];
        if (row !== undefined) found.set(hash, row);
      }
    }
    return found;
  }

  compare(
    query: Float32Array,
    entries: readonly LibraryEntry[],
  ): Map<LibraryEntry, PhraseCloseness> {
    const found = new Map<LibraryEntry, PhraseCloseness>();
    if (this.#blocks.size === 0 || query.length !== this.#width) return found;
    const near = entries.flatMap((entry) => {
      const block = this.#blocks.get(entry);
      return block === undefined ? [] : [{ entry, block }];
    });
    const scratch = this.#scratchFor(near.reduce((sum, { block }) => sum + block.scales.length, 0));
    let row = 0;
    for (const { block } of near) for (const one of rowsOf(block)) scratch.set(row++, one);
    const comparison = scratch.compare(query);
    row = 0;
    for (const { entry, block } of near) {
      const cosines = Array.from(block.scales, () => comparison.cosineOf(row++) ?? 0);
      found.set(entry, closenessOf(cosines, block.length));
    }
    return found;
  }

  #scratchFor(rows: number): EmbeddingMatrix {
    const size = Math.max(ROWS_STEP, Math.ceil(rows / ROWS_STEP) * ROWS_STEP);
    const known = this.#scratches.get(size) ?? new EmbeddingMatrix(size, this.#width);
    this.#scratches.set(size, known);
    return known;
  }

  #drop(entry: LibraryEntry): void {
    const block = this.#blocks.get(entry);
    if (block === undefined) return;
    this.#blocks.delete(entry);
    this.#revision += 1;
    this.#embedded -= block.scales.length;
  }
}

/** Never the hash of an item's text: lines are embedded by another side of the model. */
export function phraseHashOf(text: string): string {
  return textHashOf(`line\n${text}`);
}

function closenessOf(cosines: number[], length: number): PhraseCloseness {
  const sum = cosines.reduce((total, cosine) => total + cosine, 0);
  const sorted = cosines.sort((a, b) => b - a);
  const best = sorted.slice(0, NEAREST);
  const three = best.reduce((total, cosine) => total + cosine, 0) / Math.max(1, best.length);
  return {
    nearest: sorted[0] ?? 0,
    three,
    centroid: length === 0 ? 0 : sum / length,
    count: cosines.length,
  };
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
