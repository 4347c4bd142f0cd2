import { itemTextOf, phrasesOf } from "@lilux/core/embedding";
import {
  catalogueKey,
  type ItemChange,
  keyOf,
  type LibraryEntry,
  resolveItem,
  textHashOf,
  type Wanted,
} from "@lilux/library-index";
import { type ItemSummary, LiluxError, PHRASINGS_PER_ITEM } from "@lilux/protocol";

/** An item, and what its text is known by. */
export type ItemText = Pick<LibraryEntry, "key" | "item" | "textHash">;

/** The texts of one library, in the order in which they came. */
export interface LibraryTexts {
  readonly size: number;
  entries(): Iterable<ItemText>;
  /** Whether this very text stands under its key still. */
  isCurrent(text: ItemText): boolean;
  /** By bare or qualified id; throws as every look-up does. */
  resolve(wanted: Wanted): ItemText;
  apply(changes: Iterable<ItemChange>): void;
}

export function createLibraryTexts(): LibraryTexts {
  const byKey = new Map<string, ItemText>();
  return {
    get size() {
      return byKey.size;
    },
    entries: () => byKey.values(),
    isCurrent: ({ key, textHash }) => byKey.get(key)?.textHash === textHash,
    resolve(wanted) {
      const item = resolveItem(catalogueOf(byKey.values()), wanted);
      const found = byKey.get(keyOf(item));
      if (found === undefined) throw new LiluxError("item_not_found");
      return found;
    },
    apply(changes) {
      for (const { key, item } of changes) {
        const textHash = item === undefined ? undefined : textHashOf(itemTextOf(item));
        // A new text goes to the end: whoever waited longer comes first.
        if (byKey.get(key)?.textHash !== textHash) byKey.delete(key);
        if (item !== undefined && textHash !== undefined) byKey.set(key, { key, item, textHash });
      }
    },
  };
}

/** Its author wrote as many lines as a model would. */
export function isAuthored({ item }: ItemText): boolean {
  return phrasesOf(item).length >= PHRASINGS_PER_ITEM;
}

function catalogueOf(texts: Iterable<ItemText>) {
  const items = [...texts].map(({ item }) => item);
  const byId = new Map<string, ItemSummary[]>();
  for (const item of items) {
    for (const id of new Set([item.item_id, item.qualified_id])) {
      const key = catalogueKey(item.item_type, id);
      byId.set(key, [...(byId.get(key) ?? []), item]);
    }
  }
  return { items, broken: [], byId };
}
