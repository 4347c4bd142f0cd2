import { ITEM_TYPES, type ItemType } from "@lilux/protocol";
import type { IndexedWord } from "./sorted-words.ts";
import type { Posting } from "./term-postings.ts";

/** One document of an index, as small as it can be: a library has a hundred thousand. */
export interface IndexEntry {
  key: string;
  words: readonly IndexedWord[];
  /** The terms of its id. */
  idTerms: readonly Posting[];
  /** Which fields each word's term stands in: LEXICAL_FIELDS bits as character codes. */
  fields: string;
  /** The rarity of all words of its id, as of the change it was computed at. */
  idRarity: number;
  idRarityAt: number;
}

/** The documents of an index by slot; the slot of one that went is used again. */
export interface LexicalSlots {
  readonly size: number;
  /** Type numbers by slot. */
  readonly types: Uint8Array;
  /** By slot, the number of the word that the id makes when run together. */
  readonly joinedIds: Int32Array;
  slotOf(key: string): number | undefined;
  at(slot: number): IndexEntry | undefined;
  /** A free slot; taken once `set` is called for it. */
  next(): number;
  set(slot: number, entry: IndexEntry, facts: { item_type: ItemType; joinedId: number }): void;
  remove(slot: number): void;
}

const SLOTS_MIN = 64;

/** 1 for the first type: 0 stands for any. */
export function typeNumber(type: ItemType): number {
  return ITEM_TYPES.indexOf(type) + 1;
}

export function createLexicalSlots(): LexicalSlots {
  return new Slots();
}

class Slots implements LexicalSlots {
  types = new Uint8Array(SLOTS_MIN);
  joinedIds = new Int32Array(SLOTS_MIN);
  readonly #entries: (IndexEntry | undefined)[] = [];
  readonly #slotOfKey = new Map<string, number>();
  readonly #free: number[] = [];

  get size(): number {
    return this.#slotOfKey.size;
  }

  slotOf(key: string): number | undefined {
    return this.#slotOfKey.get(key);
  }

  at(slot: number): IndexEntry | undefined {
    return this.#entries[slot];
  }

  next(): number {
    return this.#free.at(-1) ?? this.#entries.length;
  }

  set(slot: number, entry: IndexEntry, facts: { item_type: ItemType; joinedId: number }): void {
    if (this.#free.at(-1) === slot) this.#free.pop();
    if (slot >= this.types.length) {
      const { types, joinedIds } = this;
      this.types = new Uint8Array(types.length * 2);
      this.types.set(types);
      this.joinedIds = new Int32Array(joinedIds.length * 2);
      this.joinedIds.set(joinedIds);
    }
    this.#entries[slot] = entry;
    this.#slotOfKey.set(entry.key, slot);
    this.types[slot] = typeNumber(facts.item_type);
    this.joinedIds[slot] = facts.joinedId;
  }

  remove(slot: number): void {
    const entry = this.#entries[slot];
    if (entry === undefined) return;
    this.#entries[slot] = undefined;
    this.#slotOfKey.delete(entry.key);
    this.#free.push(slot);
  }
}
