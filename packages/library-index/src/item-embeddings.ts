import { EmbeddingMatrix, type QuantisedEmbedding } from "@lilux/core/embedding";
import type { ItemType } from "@lilux/protocol";
import type { LibraryEntry } from "./library-entry.ts";

export interface NearEntry {
  entry: LibraryEntry;
  cosine: number;
}

/** A line's embedding beside every item's. It holds until the next comparison. */
export interface MeaningComparison {
  /** Undefined for an item that has no embedding. */
  cosineOf(entry: LibraryEntry): number | undefined;
  /** The nearest items, of one type or any, nearest first. */
  nearest(count: number, type?: ItemType): NearEntry[];
}

/**
 * What the items of one library mean: an embedding of one model each, as bytes, in one
 * piece of memory that a comparison walks through in full. Without a model there is no
 * matrix, and nothing costs anything.
 */
export interface ItemEmbeddings {
  /** How many items have an embedding. */
  readonly embedded: number;
  /** How many may have one and have none. */
  readonly pendingCount: number;
  readonly model: string | undefined;
  /** Of an embedding; 0 without a model. */
  readonly width: number;
  /** At most so many entries without an embedding, the oldest first. */
  pending(count?: number): LibraryEntry[];
  /** Begins anew with another model: every item is pending again. */
  adopt(model: string, width: number): void;
  /** Ignored when another text stands under the key by now, and when the width is another. */
  set(key: string, textHash: string, embedding: QuantisedEmbedding): void;
  /** The embedding of a text, where an item of that text has one. */
  of(textHash: string): QuantisedEmbedding | undefined;
  /** Every embedding at hand, by the hash of its text. */
  all(): Map<string, QuantisedEmbedding>;
  /** Undefined without a model, and for a query of another width. */
  compare(query: Float32Array): MeaningComparison | undefined;
}

/** The index's own side of it: entries come and go with their items. */
export interface EmbeddingRows extends ItemEmbeddings {
  add(entry: LibraryEntry): void;
  remove(entry: LibraryEntry): void;
}

const ROWS_MIN = 64;
const GROWTH = 1.25;

export function createEmbeddingRows(
  find: (key: string) => LibraryEntry | undefined,
  rowsMax: number,
  onAdopted: (width: number) => void = () => undefined,
): EmbeddingRows {
  return new Rows(find, rowsMax, onAdopted);
}

class Rows implements EmbeddingRows {
  readonly #find: (key: string) => LibraryEntry | undefined;
  readonly #rowsMax: number;
  readonly #onAdopted: (width: number) => void;
  readonly #entries: (LibraryEntry | undefined)[] = [];
  readonly #freeRows: number[] = [];
  readonly #pending = new Set<LibraryEntry>();
  /** A row whose embedding is set, by the hash of its text; made when first asked for. */
  #rowOfHash: Map<string, number> | undefined;
  #width = 0;
  #model: string | undefined;
  #matrix = new EmbeddingMatrix(0, 1);

  constructor(
    find: (key: string) => LibraryEntry | undefined,
    rowsMax: number,
    onAdopted: (width: number) => void,
  ) {
    this.#find = find;
    this.#rowsMax = rowsMax;
    this.#onAdopted = onAdopted;
  }

  get embedded(): number {
    return this.#matrix.setCount;
  }
  get pendingCount(): number {
    return this.#pending.size;
  }
  get model(): string | undefined {
    return this.#model;
  }
  get width(): number {
    return this.#width;
  }

  add(entry: LibraryEntry): void {
    const row = this.#freeRows.pop() ?? this.#entries.length;
    if (row >= this.#rowsMax) return;
    this.#entries[row] = entry;
    entry.row = row;
    this.#pending.add(entry);
  }

  remove(entry: LibraryEntry): void {
    const { row } = entry;
    if (row < 0) return;
    if (this.#rowOfHash?.get(entry.textHash) === row) this.#rowOfHash.delete(entry.textHash);
    if (row < this.#matrix.rows) this.#matrix.clear(row);
    this.#entries[row] = undefined;
    this.#freeRows.push(row);
    this.#pending.delete(entry);
    entry.row = -1;
  }

  pending(count = Number.POSITIVE_INFINITY): LibraryEntry[] {
    const found: LibraryEntry[] = [];
    for (const entry of this.#pending) {
      if (found.length >= count) break;
      found.push(entry);
    }
    return found;
  }

  adopt(model: string, width: number): void {
    this.#model = model;
    this.#width = width;
    this.#matrix = new EmbeddingMatrix(Math.max(ROWS_MIN, this.#entries.length), width);
    this.#rowOfHash = undefined;
    for (const entry of this.#entries) if (entry !== undefined) this.#pending.add(entry);
    this.#onAdopted(width);
  }

  set(key: string, textHash: string, embedding: QuantisedEmbedding): void {
    const entry = this.#find(key);
    const fits = embedding.bytes.length === this.#width && this.#width > 0;
    if (entry?.textHash !== textHash || entry.row < 0 || !fits) return;
    this.#reserve(entry.row + 1);
    this.#matrix.set(entry.row, embedding);
    this.#rowOfHash?.set(textHash, entry.row);
    this.#pending.delete(entry);
  }

  of(textHash: string): QuantisedEmbedding | undefined {
    this.#rowOfHash ??= new Map(this.#set().map(({ textHash: hash, row }) => [hash, row]));
    const row = this.#rowOfHash.get(textHash);
    return row === undefined ? undefined : this.#matrix.get(row);
  }

  all(): Map<string, QuantisedEmbedding> {
    const found = new Map<string, QuantisedEmbedding>();
    for (const { row, textHash } of this.#set()) {
      const embedding = this.#matrix.get(row);
      if (embedding !== undefined) found.set(textHash, embedding);
    }
    return found;
  }

  compare(query: Float32Array): MeaningComparison | undefined {
    if (this.#width === 0 || query.length !== this.#width) return undefined;
    const comparison = this.#matrix.compare(query);
    const accepts = (type: ItemType) => (row: number) =>
      this.#entries[row]?.item.item_type === type;
    return {
      cosineOf: ({ row }) => (row < 0 ? undefined : comparison.cosineOf(row)),
      nearest: (count, type) =>
        comparison
          .best(count, type === undefined ? undefined : accepts(type))
          .flatMap(({ row, cosine }) => {
            const entry = this.#entries[row];
            return entry === undefined ? [] : [{ entry, cosine }];
          }),
    };
  }

  #set(): LibraryEntry[] {
    return this.#entries.filter(
      (entry): entry is LibraryEntry => entry !== undefined && this.#matrix.has(entry.row),
    );
  }

  #reserve(rows: number): void {
    if (rows <= this.#matrix.rows) return;
    const wanted = Math.ceil(Math.max(rows, this.#entries.length) * GROWTH);
    const larger = new EmbeddingMatrix(Math.min(wanted, this.#rowsMax), this.#width);
    for (let row = 0; row < this.#matrix.rows; row += 1) {
      const embedding = this.#matrix.get(row);
      if (embedding !== undefined) larger.set(row, embedding);
    }
    this.#matrix = larger;
  }
}
