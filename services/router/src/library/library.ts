import { EmbeddingMatrix, itemTextOf, type QuantisedEmbedding } from "@lilux/core/embedding";
import { createLexicalIndex, type LexicalIndex } from "@lilux/core/search";
import { splitIdentifier } from "@lilux/core/text";
import type { ItemList, ItemSummary, ItemType } from "@lilux/protocol";
import { hashOf } from "./item-embedder.ts";

export interface LibraryEntry {
  item: ItemSummary;
  /** `item_type:qualified_id`. */
  key: string;
  row: number;
  /** The id a call names it by: bare when no other item of its type has it. */
  callId: string;
  /** The words of its bare id. */
  idWords: readonly string[];
  /** The words of the id calls use: who names one of several must say which. */
  callWords: readonly string[];
  /** What is embedded, and its sha256 (hex). */
  text: string;
  textHash: string;
}

export interface PendingEmbedding {
  row: number;
  text: string;
  textHash: string;
}

const PRECEDENCE = { project: 0, user: 1, registry: 2 } as const;
/** Items indexed between two looks at other work: about 5 ms. */
const CHUNK_ITEMS = 100;
const ROWS_MIN = 64;

/**
 * One tenant's items, made ready for matching: a lexical index, an embedding
 * each, and the ids that calls may use. `update` replaces its content item by
 * item and yields between; readers in between see some items of either state,
 * never half an item.
 */
export class Library {
  readonly lexical: LexicalIndex = createLexicalIndex();
  readonly #byKey = new Map<string, LibraryEntry>();
  readonly #byJoinedId = new Map<string, LibraryEntry[]>();
  /** Rows whose embedding is set, by the hash of what is embedded. */
  readonly #rowOfHash = new Map<string, number>();
  readonly #byBareId = new Map<string, LibraryEntry[]>();
  readonly #entries: (LibraryEntry | undefined)[] = [];
  readonly #width: number;
  readonly #itemsMax: number;
  #freeRows: number[] = [];
  #matrix: EmbeddingMatrix;
  #version = "";

  constructor(width: number, itemsMax: number) {
    this.#width = width;
    this.#itemsMax = itemsMax;
    this.#matrix = new EmbeddingMatrix(ROWS_MIN, width);
  }

  get version(): string {
    return this.#version;
  }
  get size(): number {
    return this.#byKey.size;
  }
  get embedded(): number {
    return this.#matrix.setCount;
  }
  get matrix(): EmbeddingMatrix {
    return this.#matrix;
  }

  entryOfRow(row: number): LibraryEntry | undefined {
    return this.#entries[row];
  }
  entryOfKey(key: string): LibraryEntry | undefined {
    return this.#byKey.get(key);
  }

  /** By bare or qualified id; the first of several when a bare id is ambiguous. */
  resolve(type: ItemType, id: string): LibraryEntry | undefined {
    return this.#byKey.get(`${type}:${id}`) ?? this.#byBareId.get(`${type}:${id}`)?.[0];
  }

  /** The items whose id's words, run together, are exactly this. */
  entriesOfJoinedId(joined: string): readonly LibraryEntry[] {
    return this.#byJoinedId.get(joined) ?? [];
  }

  /** Takes over a list. Returns how many items it left out because there were too many. */
  async update(list: ItemList): Promise<number> {
    const wanted = withoutShadowed(list.items);
    const leftOut = Math.max(0, wanted.size - this.#itemsMax);
    const kept = new Map([...wanted].slice(0, this.#itemsMax));
    for (const key of [...this.#byKey.keys()]) if (!kept.has(key)) this.#remove(key);
    this.#reserve(kept.size);
    let sincePause = 0;
    for (const [key, item] of kept) {
      if (!this.#put(key, item)) continue;
      sincePause += 1;
      if (sincePause % CHUNK_ITEMS === 0) await new Promise(setImmediate);
    }
    this.#nameCalls();
    this.#version = list.version;
    return leftOut;
  }

  /** The items without an embedding, in row order. */
  pending(): PendingEmbedding[] {
    const pending: PendingEmbedding[] = [];
    for (const entry of this.#byKey.values()) {
      const { row, text, textHash } = entry;
      if (!this.#matrix.has(row)) pending.push({ row, text, textHash });
    }
    return pending.sort((a, b) => a.row - b.row);
  }

  /** Ignored when the row's item has changed since it was pending. */
  setEmbedding({ row, textHash }: PendingEmbedding, embedding: QuantisedEmbedding): void {
    if (this.#entries[row]?.textHash !== textHash) return;
    this.#matrix.set(row, embedding);
    this.#rowOfHash.set(textHash, row);
  }

  /** The embedding of a text, where an item of that text has one. */
  embeddingOf(textHash: string): QuantisedEmbedding | undefined {
    const row = this.#rowOfHash.get(textHash);
    return row === undefined ? undefined : this.#matrix.get(row);
  }

  /** Every embedding at hand, by the hash of its text. */
  embeddings(): Map<string, QuantisedEmbedding> {
    const found = new Map<string, QuantisedEmbedding>();
    for (const { row, textHash } of this.#byKey.values()) {
      const embedding = this.#matrix.get(row);
      if (embedding !== undefined) found.set(textHash, embedding);
    }
    return found;
  }

  /** Whether anything changed. */
  #put(key: string, item: ItemSummary): boolean {
    const before = this.#byKey.get(key);
    const text = itemTextOf(item);
    const textHash = hashOf(text);
    if (before !== undefined && before.textHash === textHash) {
      // Source, effect or version may differ; what is matched does not.
      before.item = item;
      return false;
    }
    if (before !== undefined) this.#remove(key);
    const row = this.#freeRows.pop() ?? this.#entries.length;
    const idWords = splitIdentifier(item.item_id);
    const callId = item.qualified_id;
    const entry = { item, key, row, callId, idWords, callWords: idWords, text, textHash };
    this.#entries[row] = entry;
    this.#byKey.set(key, entry);
    addTo(this.#byJoinedId, idWords.join(""), entry);
    addTo(this.#byBareId, `${item.item_type}:${item.item_id}`, entry);
    this.lexical.put(lexicalDocument(key, item));
    return true;
  }

  #remove(key: string): void {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return;
    this.#byKey.delete(key);
    this.#entries[entry.row] = undefined;
    this.#freeRows.push(entry.row);
    this.#matrix.clear(entry.row);
    if (this.#rowOfHash.get(entry.textHash) === entry.row) this.#rowOfHash.delete(entry.textHash);
    removeFrom(this.#byJoinedId, entry.idWords.join(""), entry);
    removeFrom(this.#byBareId, `${entry.item.item_type}:${entry.item.item_id}`, entry);
    this.lexical.remove(key);
  }

  #reserve(items: number): void {
    if (items <= this.#matrix.rows) return;
    const larger = new EmbeddingMatrix(Math.ceil(items * 1.25), this.#width);
    for (let row = 0; row < this.#matrix.rows; row += 1) {
      const embedding = this.#matrix.get(row);
      if (embedding !== undefined) larger.set(row, embedding);
    }
    this.#matrix = larger;
  }

  #nameCalls(): void {
    for (const entries of this.#byBareId.values()) {
      for (const entry of entries) {
        entry.callId = entries.length === 1 ? entry.item.item_id : entry.item.qualified_id;
        entry.callWords = entries.length === 1 ? entry.idWords : splitIdentifier(entry.callId);
      }
    }
  }
}

/** One item per qualified id: the project's hides the user's, that hides the registry's. */
function withoutShadowed(items: readonly ItemSummary[]): Map<string, ItemSummary> {
  const visible = new Map<string, ItemSummary>();
  for (const item of items) {
    const key = `${item.item_type}:${item.qualified_id}`;
    const other = visible.get(key);
    if (other === undefined || PRECEDENCE[item.source] < PRECEDENCE[other.source]) {
      visible.set(key, item);
    }
  }
  return visible;
}

function lexicalDocument(key: string, item: ItemSummary): Parameters<LexicalIndex["put"]>[0] {
  const { item_type, name, description, tags, category } = item;
  const inputs = item.inputs.map((input) => input.name);
  return { key, item_type, id: item.item_id, name, description, tags, category, inputs };
}

function addTo(map: Map<string, LibraryEntry[]>, name: string, entry: LibraryEntry): void {
  const entries = map.get(name);
  if (entries === undefined) map.set(name, [entry]);
  else entries.push(entry);
}

function removeFrom(map: Map<string, LibraryEntry[]>, name: string, entry: LibraryEntry): void {
  const rest = (map.get(name) ?? []).filter((other) => other !== entry);
  if (rest.length === 0) map.delete(name);
  else map.set(name, rest);
}
