import type { ItemSource, ItemSummary } from "@lilux/protocol";
import { type ItemKey, keyOf } from "./item-key.ts";

/** A source's item hides those of the same key in the sources after it. */
export const SOURCES: readonly ItemSource[] = ["project", "user", "registry"];

/** One item a key, of a list that may name several sources. */
export function winningItems(items: Iterable<ItemSummary>): ItemSummary[] {
  const winners = new Map<ItemKey, ItemSummary>();
  for (const item of items) {
    const other = winners.get(keyOf(item));
    if (other === undefined || rankOf(item) < rankOf(other)) winners.set(keyOf(item), item);
  }
  return [...winners.values()];
}

function rankOf({ source }: ItemSummary): number {
  return SOURCES.indexOf(source);
}
