import { createHash } from "node:crypto";
import { EmbeddingMatrix, itemTextOf, type QuantisedEmbedding } from "@lilux/core/embedding";
import type { ItemSummary, ItemType } from "@lilux/protocol";

/** An item that has no embedding yet, and what is to be embedded. */
export interface PendingItem {
  key: string;
  text: string;
  digest: string;
}

export interface Embedded {
  /** Those of one model compare. */
  model: string;
  embedding: Float32Array;
}

export interface MeaningMatch {
  cosineOf(key: string): number | undefined;
  /** The nearest items, of one type or any, nearest first. */
  nearest(count: number, type?: ItemType): { key: string; cosine: number }[];
}

/**
 * What the items of one library mean: an embedding of one model each, as bytes,
 * in one piece of memory that `nearest` walks through in full. Items come and
 * go one by one; those whose text stays the same keep their embedding.
 */
export interface MeaningIndex {
  /** How many items have an embedding. */
  readonly embedded: number;
  readonly pendingCount: number;
  readonly model: string | undefined;
  /** Of an embedding; 0 without a model. */
  readonly width: number;
  put(key: string, item: ItemSummary): void;
  remove(key: string): void;
  /** At most so many of the items without an embedding; any first. */
  pending(count: number, itemOf: (key: string) => ItemSummary | undefined): PendingItem[];
  /** Begins anew with another model: every item is pending again. */
  adopt(model: string, width: number): void;
  /** Ignored when the item changed since it was pending. */
  set(pending: PendingItem, embedding: QuantisedEmbedding): void;
  /** Undefined when the query is another model's. The answer holds until the next call. */
  compare(query: Embedded): MeaningMatch | undefined;
}

/** More are found by their words only: 400 bytes an item. */
const ITEMS_MAX = 200_000;
const ROWS_MIN = 64;

interface Entry {
  row: number;
  item_type: ItemType;
  digest: string;
}

export function createMeaningIndex(): MeaningIndex {
  return new Meanings();
}

class Meanings implements MeaningIndex {
  readonly #byKey = new Map<string, Entry>();
  readonly #pending = new Set<string>();
  readonly #keys: (string | undefined)[] = [];
  readonly #freeRows: number[] = [];
  #width = 0;
  #model: string | undefined;
  #matrix = new EmbeddingMatrix(0, 1);

  get embedded(): number {
    return this.#matrix.setCount;
  }
  get pendingCount(): number {
    return this.#pending.size;
  }
  get width(): number {
    return this.#width;
  }
  get model(): string | undefined {
    return this.#model;
  }

  put(key: string, item: ItemSummary): void {
    const digest = digestOf(itemTextOf(item));
    if (this.#byKey.get(key)?.digest === digest) return;
    this.remove(key);
    if (this.#byKey.size >= ITEMS_MAX) return;
    const row = this.#freeRows.pop() ?? this.#keys.length;
    this.#keys[row] = key;
    this.#byKey.set(key, { row, item_type: item.item_type, digest });
    this.#pending.add(key);
  }

  remove(key: string): void {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return;
    this.#matrix.clear(entry.row);
    this.#keys[entry.row] = undefined;
    this.#freeRows.push(entry.row);
    this.#byKey.delete(key);
    this.#pending.delete(key);
  }

  pending(count: number, itemOf: (key: string) => ItemSummary | undefined): PendingItem[] {
    const found: PendingItem[] = [];
    for (const key of this.#pending) {
      if (found.length >= count) break;
      const item = itemOf(key);
      if (item === undefined) {
        this.#pending.delete(key);
        continue;
      }
      const text = itemTextOf(item);
      found.push({ key, text, digest: digestOf(text) });
    }
    return found;
  }

  adopt(model: string, width: number): void {
    this.#model = model;
    this.#width = width;
    this.#matrix = new EmbeddingMatrix(Math.max(ROWS_MIN, this.#keys.length), width);
    for (const key of this.#byKey.keys()) this.#pending.add(key);
  }

  set({ key, digest }: PendingItem, embedding: QuantisedEmbedding): void {
    const entry = this.#byKey.get(key);
    if (entry?.digest !== digest || embedding.bytes.length !== this.#width) return;
    this.#reserve(entry.row + 1);
    this.#matrix.set(entry.row, embedding);
    this.#pending.delete(key);
  }

  compare({ model, embedding }: Embedded): MeaningMatch | undefined {
    if (model !== this.#model || embedding.length !== this.#width) return undefined;
    const comparison = this.#matrix.compare(embedding);
    return {
      cosineOf: (key) => {
        const row = this.#byKey.get(key)?.row;
        return row === undefined ? undefined : comparison.cosineOf(row);
      },
      nearest: (count, type) =>
        comparison
          .best(count, type === undefined ? undefined : (row) => this.#typeOf(row) === type)
          .flatMap(({ row, cosine }) => {
            const key = this.#keys[row];
            return key === undefined ? [] : [{ key, cosine }];
          }),
    };
  }

  #typeOf(row: number): ItemType | undefined {
    const key = this.#keys[row];
    return key === undefined ? undefined : this.#byKey.get(key)?.item_type;
  }

  #reserve(rows: number): void {
    if (rows <= this.#matrix.rows) return;
    const larger = new EmbeddingMatrix(Math.ceil(this.#keys.length * 1.25), this.#width);
    for (let row = 0; row < this.#matrix.rows; row += 1) {
      const embedding = this.#matrix.get(row);
      if (embedding !== undefined) larger.set(row, embedding);
    }
    this.#matrix = larger;
  }
}

/** 128 bits of the text's sha256: texts are told apart by it, nothing is trusted because of it. */
function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
