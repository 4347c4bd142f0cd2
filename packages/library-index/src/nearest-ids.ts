import { foldText, splitIdentifier } from "@lilux/core/text";
import type { ItemSummary, ItemType } from "@lilux/protocol";

const SUGGESTIONS_MAX = 3;
const ID_CHARACTERS_MAX = 64;

/** The ids of a type that are most like a given one, best first; none when none is close. */
export function nearestIds(
  items: readonly ItemSummary[],
  wanted: { item_type: ItemType; item_id: string },
): string[] {
  const id = foldText(wanted.item_id).slice(0, ID_CHARACTERS_MAX);
  const words = new Set(splitIdentifier(wanted.item_id));
  const scored = items
    .filter((item) => item.item_type === wanted.item_type)
    .map((item) => ({ id: item.qualified_id, likeness: likeness(item.item_id, id, words) }))
    .filter(({ likeness }) => likeness >= 0.5);
  scored.sort((a, b) => b.likeness - a.likeness || (a.id < b.id ? -1 : 1));
  return scored.slice(0, SUGGESTIONS_MAX).map((entry) => entry.id);
}

/** The better of spelling and shared words, 0 to 1. */
function likeness(itemId: string, id: string, words: ReadonlySet<string>): number {
  const candidate = foldText(itemId).slice(0, ID_CHARACTERS_MAX);
  const longer = Math.max(candidate.length, id.length);
  const closest = Math.abs(candidate.length - id.length) / longer;
  const spelling = closest > 0.5 ? 0 : 1 - editDistance(candidate, id) / longer;
  const itemWords = splitIdentifier(itemId);
  const shared = itemWords.filter((word) => words.has(word)).length;
  return Math.max(spelling, (2 * shared) / (itemWords.length + words.size || 1));
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const gap = Math.min(previous[column] ?? 0, current[column - 1] ?? 0) + 1;
      current.push(Math.min(substitution, gap));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
