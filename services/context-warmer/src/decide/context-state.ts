import type { ContextCandidate, ContextState } from "@lilux/protocol";
import { type ItemReference, isSameItem } from "./same-item.ts";

/**
 * `cold` without candidates. `hot` when the work is on one item whose schema is loaded: the last two
 * turns were about it, or the last one loaded it to be run. Else `warm`.
 *
 * `turnItems` are the items of the last turns, oldest first, undefined for a turn about none in
 * particular; `loaded` is the item whose text the last turn loaded.
 */
export function contextStateOf(
  candidates: readonly ContextCandidate[],
  turnItems: readonly (ItemReference | undefined)[],
  loaded?: ItemReference | undefined,
): ContextState {
  if (candidates.length === 0) return "cold";
  const [before, last] = turnItems.slice(-2);
  const isAgain = before !== undefined && last !== undefined && isSameItem(before, last);
  const focus = loaded ?? (isAgain ? last : undefined);
  if (focus === undefined) return "warm";
  const item = candidates.find((candidate) => isSameItem(candidate, focus));
  return item?.inputs === undefined ? "warm" : "hot";
}
