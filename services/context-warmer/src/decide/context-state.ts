import { DETAIL_FULL_ABOVE } from "@lilux/core/search";
import type { ContextCandidate, ContextState } from "@lilux/protocol";
import { type ItemReference, isSameItem } from "./same-item.ts";

/** How far ahead of the next the one that stands out must be. */
const LEAD = 0.15;

/**
 * `cold` without candidates. `hot` when the work is on one item whose inputs
 * are loaded: the last two turns were about it, or it scores above 0.85 and
 * leads the next candidate by 0.15. Else `warm`.
 *
 * Candidates are best first; `turnItems` are the items of the last turns, oldest
 * first, undefined for a turn about none in particular.
 */
export function contextStateOf(
  candidates: readonly ContextCandidate[],
  turnItems: readonly (ItemReference | undefined)[],
): ContextState {
  const [first, second] = candidates;
  if (first === undefined) return "cold";
  const [before, last] = turnItems.slice(-2);
  if (before !== undefined && last !== undefined && isSameItem(before, last)) {
    const item = candidates.find((candidate) => isSameItem(candidate, last));
    if (item?.inputs !== undefined) return "hot";
  }
  const leads = first.score - (second?.score ?? 0) >= LEAD;
  const standsOut = first.score > DETAIL_FULL_ABOVE && leads;
  return standsOut && first.inputs !== undefined ? "hot" : "warm";
}
