import type { ItemChange } from "@lilux/library-index";
import {
  createLibrarySignals,
  type LibrarySignals,
  type SignalItem,
} from "../decide/library-signals.ts";

/** A library's signals, with what of each item must be known to take it back. */
export interface Holding {
  readonly signals: LibrarySignals;
  apply(changes: Iterable<ItemChange>): void;
}

export function createHolding(): Holding {
  const signals = createLibrarySignals();
  const items = new Map<string, SignalItem>();
  return {
    signals,
    apply(changes) {
      for (const { key, item } of changes) {
        const before = items.get(key);
        if (before !== undefined) signals.remove(before);
        items.delete(key);
        if (item === undefined) continue;
        const { item_id, name, category, tags } = item;
        items.set(key, { item_id, name, category, tags });
        signals.add(item);
      }
    },
  };
}
