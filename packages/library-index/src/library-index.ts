import { itemTextOf } from "@lilux/core/embedding";
import { createLexicalIndex, type LexicalDocument, type LexicalIndex } from "@lilux/core/search";
import type { ItemSummary, ItemType } from "@lilux/protocol";
import type { ItemChange } from "./item-change.ts";
import { createEmbeddingRows, type EmbeddingRows, type ItemEmbeddings } from "./item-embeddings.ts";
import { catalogueKey, type ItemKey, keyOf } from "./item-key.ts";
import { createItemNames, type ItemNames } from "./item-names.ts";
import { createPhraseRows, type ItemPhrases, type PhraseRows } from "./item-phrases.ts";
import { createItemSpelling, type ItemSpelling } from "./item-spelling.ts";
import { createTokenRows, type ItemTokens, type TokenRows } from "./item-tokens.ts";
import type { LibraryEntry } from "./library-entry.ts";
import { textHashOf } from "./text-hash.ts";
import { winningItems } from "./winning-items.ts";

export interface LibraryIndexOptions {
  /** Items beyond are left out. */
  itemsMax?: number;
  /** Items beyond are found by their words only: 400 bytes an embedding. */
  embeddedMax?: number;
  /** Phrasings beyond are not compared: 400 bytes each. */
  phrasesMax?: number;
}

/**
 * The items of one library, one a key, made ready for matching: by their words, by what
 * they mean, and by the names that calls use. Changes come one by one; after any sequence
 * of them the index answers as one that was made of what is left. One writer; a reader
 * between two changes sees all of the one and nothing of the other.
 */
export interface LibraryIndex {
  readonly size: number;
  /** How many items found no room; who lists anew may find other ones left out. */
  readonly leftOut: number;
  readonly words: LexicalIndex;
  readonly meaning: ItemEmbeddings;
  readonly tokens: ItemTokens;
  readonly phrases: ItemPhrases;
  readonly names: Pick<ItemNames, "callIdOf" | "callWordsOf" | "ofJoinedId">;
  /** The words that its items are written with. */
  readonly spelling: Pick<ItemSpelling, "words">;
  apply(changes: Iterable<ItemChange>): void;
  entry(key: ItemKey): LibraryEntry | undefined;
  entries(): Iterable<LibraryEntry>;
  /** By bare or qualified id; the first by key when a bare id is ambiguous. */
  resolve(type: ItemType, id: string): LibraryEntry | undefined;
  /** What turns this index into one of exactly these items; of equal keys the first source's wins. */
  changesTo(items: Iterable<ItemSummary>): ItemChange[];
}

export function createLibraryIndex(options: LibraryIndexOptions = {}): LibraryIndex {
  return new Index(options);
}

class Index implements LibraryIndex {
  readonly words = createLexicalIndex();
  readonly meaning: EmbeddingRows;
  readonly tokens: TokenRows;
  readonly phrases: PhraseRows;
  readonly names: ItemNames;
  readonly spelling: ItemSpelling;
  readonly #byKey = new Map<ItemKey, LibraryEntry>();
  readonly #leftOut = new Set<ItemKey>();
  readonly #itemsMax: number;

  constructor(options: LibraryIndexOptions) {
    const { itemsMax = Infinity, embeddedMax = Infinity, phrasesMax = Infinity } = options;
    this.#itemsMax = itemsMax;
    this.phrases = createPhraseRows(phrasesMax);
    const find = (key: ItemKey): LibraryEntry | undefined => this.#byKey.get(key);
    this.meaning = createEmbeddingRows(find, embeddedMax, (width) => this.phrases.adopt(width));
    this.tokens = createTokenRows(find, embeddedMax);
    this.names = createItemNames(() => this.#byKey.values());
    this.spelling = createItemSpelling(() => this.#byKey.values());
  }

  get size(): number {
    return this.#byKey.size;
  }
  get leftOut(): number {
    return this.#leftOut.size;
  }

  apply(changes: Iterable<ItemChange>): void {
    for (const { key, item } of changes) {
      if (item === undefined) this.#remove(key);
      else this.#put(key, item);
    }
  }

  entry(key: ItemKey): LibraryEntry | undefined {
    return this.#byKey.get(key);
  }

  entries(): Iterable<LibraryEntry> {
    return this.#byKey.values();
  }

  resolve(type: ItemType, id: string): LibraryEntry | undefined {
    const key = catalogueKey(type, id);
    return this.#byKey.get(key) ?? this.names.ofBareId(key)[0];
  }

  changesTo(items: Iterable<ItemSummary>): ItemChange[] {
    const wanted = new Map<ItemKey, ItemChange>();
    for (const item of winningItems(items)) wanted.set(keyOf(item), { key: keyOf(item), item });
    const gone = [...this.#byKey.keys(), ...this.#leftOut].filter((key) => !wanted.has(key));
    return [...gone.map((key) => ({ key, item: undefined })), ...wanted.values()];
  }

  #put(key: ItemKey, item: ItemSummary): void {
    const before = this.#byKey.get(key);
    if (before !== undefined && isMatchedAlike(before.item, item)) {
      this.#exchange(before, item);
      return;
    }
    if (before === undefined && this.size >= this.#itemsMax) {
      this.#leftOut.add(key);
      return;
    }
    this.#leftOut.delete(key);
    this.words.put(documentOf(key, item));
    const textHash = textHashOf(itemTextOf(item));
    if (before !== undefined && before.textHash === textHash) {
      this.#exchange(before, item);
      return;
    }
    if (before !== undefined) this.#forget(before);
    const entry = { key, item, row: -1, textHash };
    this.spelling.exchange(undefined, item);
    this.#byKey.set(key, entry);
    this.meaning.add(entry);
    this.names.add(entry);
    this.phrases.put(entry);
  }

  /** Another item of the same text: only how it is asked for may be another. */
  #exchange(entry: LibraryEntry, item: ItemSummary): void {
    this.spelling.exchange(entry.item, item);
    entry.item = item;
    this.phrases.put(entry);
  }

  #remove(key: ItemKey): void {
    this.#leftOut.delete(key);
    const entry = this.#byKey.get(key);
    if (entry === undefined) return;
    this.words.remove(key);
    this.#byKey.delete(key);
    this.#forget(entry);
  }

  #forget(entry: LibraryEntry): void {
    this.spelling.exchange(entry.item, undefined);
    this.meaning.remove(entry);
    this.names.remove(entry);
    this.phrases.remove(entry);
    this.tokens.remove(entry);
  }
}

/** Source, effect or version may differ: they are not matched, and the key holds the ids. */
function isMatchedAlike(before: ItemSummary, after: ItemSummary): boolean {
  return (
    before.name === after.name &&
    before.description === after.description &&
    before.category === after.category &&
    isEqualList(before.tags, after.tags) &&
    isEqualList(inputNames(before), inputNames(after))
  );
}

function isEqualList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}

function documentOf(key: ItemKey, item: ItemSummary): LexicalDocument {
  const { item_type, item_id, name, description, tags, category } = item;
  const inputs = inputNames(item);
  return { key, item_type, id: item_id, name, description, tags, category, inputs };
}

function inputNames({ inputs }: ItemSummary): string[] {
  return inputs.map((input) => input.name);
}
