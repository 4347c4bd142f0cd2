import { splitIdentifier } from "@lilux/core/text";
import { catalogueKey } from "./item-key.ts";
import type { LibraryEntry } from "./library-entry.ts";

/**
 * The names that items go by: the id a call uses, and the words a line may name them with.
 * Each table is made when it is first asked for, and kept up from then on: who never asks
 * pays nothing.
 */
export interface ItemNames {
  /** The id a call names it by: bare while no other item of its type has it. */
  callIdOf(entry: LibraryEntry): string;
  /** The words of that id: who names one of several must say which. */
  callWordsOf(entry: LibraryEntry): readonly string[];
  /** All that have a bare id, by key. */
  ofBareId(bareKey: string): readonly LibraryEntry[];
  /** The items whose bare id's words, run together, are exactly this, by key. */
  ofJoinedId(joined: string): readonly LibraryEntry[];
  add(entry: LibraryEntry): void;
  remove(entry: LibraryEntry): void;
}

export function createItemNames(all: () => Iterable<LibraryEntry>): ItemNames {
  const bareIds = createTable(all, ({ item }) => catalogueKey(item.item_type, item.item_id));
  const joinedIds = createTable(all, ({ item }) => splitIdentifier(item.item_id).join(""));
  /** Found once per item that is looked at, until an item comes or goes that shares its name. */
  const callNames = new WeakMap<LibraryEntry, CallName>();

  function forgetCallNames(entry: LibraryEntry): void {
    for (const sharing of bareIds.peek(entry)) callNames.delete(sharing);
  }

  function callNameOf(entry: LibraryEntry): CallName {
    const known = callNames.get(entry);
    if (known !== undefined) return known;
    const { item_type, item_id, qualified_id } = entry.item;
    const sharing = bareIds.get(catalogueKey(item_type, item_id));
    const id = sharing.length <= 1 ? item_id : qualified_id;
    const found = { id, words: splitIdentifier(id) };
    callNames.set(entry, found);
    return found;
  }

  return {
    callIdOf: (entry) => callNameOf(entry).id,
    callWordsOf: (entry) => callNameOf(entry).words,
    ofBareId: bareIds.get,
    ofJoinedId: joinedIds.get,
    add(entry) {
      bareIds.add(entry);
      forgetCallNames(entry);
      joinedIds.add(entry);
    },
    remove(entry) {
      forgetCallNames(entry);
      bareIds.remove(entry);
      joinedIds.remove(entry);
    },
  };
}

interface CallName {
  id: string;
  words: readonly string[];
}

interface NameTable {
  get(name: string): readonly LibraryEntry[];
  /** Those of an entry's name, where the table was made. */
  peek(entry: LibraryEntry): readonly LibraryEntry[];
  add(entry: LibraryEntry): void;
  remove(entry: LibraryEntry): void;
}

const NONE: readonly LibraryEntry[] = [];

function createTable(
  all: () => Iterable<LibraryEntry>,
  nameOf: (entry: LibraryEntry) => string,
): NameTable {
  let table: Map<string, LibraryEntry[]> | undefined;

  function put(into: Map<string, LibraryEntry[]>, entry: LibraryEntry): void {
    const name = nameOf(entry);
    const sharing = into.get(name);
    if (sharing === undefined) into.set(name, [entry]);
    else sharing.splice(placeOf(sharing, entry), 0, entry);
  }

  function made(): Map<string, LibraryEntry[]> {
    if (table !== undefined) return table;
    table = new Map();
    for (const entry of all()) put(table, entry);
    return table;
  }

  return {
    get: (name) => made().get(name) ?? NONE,
    peek: (entry) => table?.get(nameOf(entry)) ?? NONE,
    add(entry) {
      if (table !== undefined) put(table, entry);
    },
    remove(entry) {
      const name = nameOf(entry);
      const rest = table?.get(name)?.filter((other) => other !== entry) ?? NONE;
      if (rest.length === 0) table?.delete(name);
      else table?.set(name, [...rest]);
    },
  };
}

function placeOf(sorted: readonly LibraryEntry[], { key }: LibraryEntry): number {
  const place = sorted.findIndex((other) => other.key > key);
  return place < 0 ? sorted.length : place;
}
