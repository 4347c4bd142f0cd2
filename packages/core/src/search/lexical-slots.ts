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
}

/** The documents of an index by slot; the slot of one that went is used again. */
interface LexicalSlots {
  readonly size: number;
  /** Type numbers by slot. */
  readonly types: Uint8Array;
  /** By slot, the number of the word that the id makes when run together. */
  readonly joinedIds: Int32Array;
  /** By slot, a number in the order of the keys. */
  readonly keyOrders: Float64Array;
  /** By slot, the rarity of all words of its id, as of the change in `idRaritiesAt`. */
  readonly idRarities: Float64Array;
  readonly idRaritiesAt: Float64Array;
  slotOf(key: string): number | undefined;
  at(slot: number): IndexEntry | undefined;
  /** A free slot; taken once `set` is called for it. */
  next(): number;
  set(slot: number, entry: IndexEntry, facts: { item_type: ItemType; joinedId: number }): void;
  remove(slot: number): void;
}

const SLOTS_MIN = 64;
const KEY_ORDER_CHARACTERS = 6;
const LETTER_MAX = 127;

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
  keyOrders = new Float64Array(SLOTS_MIN);
  idRarities = new Float64Array(SLOTS_MIN);
  idRaritiesAt = new Float64Array(SLOTS_MIN);
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
    if (slot >= this.types.length) this.#grow();
    this.#entries[slot] = entry;
    this.#slotOfKey.set(entry.key, slot);
    this.types[slot] = typeNumber(facts.item_type);
    this.joinedIds[slot] = facts.joinedId;
    this.keyOrders[slot] = keyOrder(entry.key);
    this.idRaritiesAt[slot] = 0;
  }

  remove(slot: number): void {
    const entry = this.#entries[slot];
    if (entry === undefined) return;
    this.#entries[slot] = undefined;
    this.#slotOfKey.delete(entry.key);
    this.#free.push(slot);
  }

  #grow(): void {
    const length = this.types.length * 2;
    this.types = copyInto(new Uint8Array(length), this.types);
    this.joinedIds = copyInto(new Int32Array(length), this.joinedIds);
    this.keyOrders = copyInto(new Float64Array(length), this.keyOrders);
    this.idRarities = copyInto(new Float64Array(length), this.idRarities);
    this.idRaritiesAt = copyInto(new Float64Array(length), this.idRaritiesAt);
  }
}

function copyInto<T extends Uint8Array | Int32Array | Float64Array>(larger: T, before: T): T {
  larger.set(before);
  return larger;
}

/**
 * A number that is larger only for a larger key, so that most ties are settled
 * without following two keys through memory: the first letter, which tells the
 * types apart, and what follows the type, 7 bits a character.
 */
function keyOrder(key: string): number {
  let order = Math.min(key.charCodeAt(0), LETTER_MAX);
  const from = key.indexOf(":") + 1;
  for (let at = from; at < from + KEY_ORDER_CHARACTERS; at += 1) {
    order = order * 128 + (at < key.length ? Math.min(key.charCodeAt(at), LETTER_MAX) : 0);
  }
  return order;
}
