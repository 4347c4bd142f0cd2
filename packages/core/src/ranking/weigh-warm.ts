import type { LineEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { itemNameOf, nameOf, shareAnew } from "./share-anew.ts";

/**
 * How much what is warm counts beside what the line says: at 1 a context would be believed as it is.
 * Chosen on the development sessions of `npm run bench -- warm` (docs/warming.md).
 */
const WEIGHT = 0.7;

/**
 * What a conversation makes likely decides between items, and between nothing else: the calls of
 * items share what they had together anew, by what the line says of each and how likely its item
 * was before the line. Whether the line means a call at all, and a search, is for the line to say: a
 * context is warm under every line of a session, talk as well. So it comes last, when every rule has
 * given "no call" what is its own.
 */
export function weighWarm(
  ranked: RankedCalls,
  { items }: Pick<LineEvidence, "items">,
): RankedCalls {
  const warm = items.filter((item) => item.warm > 0);
  if (warm.length === 0) return ranked;
  const likely = new Map(warm.map((item) => [nameOf(item.item.item_type, item.callId), item.warm]));
  return shareAnew(ranked, (candidate) => {
    const name = itemNameOf(candidate);
    return name === undefined ? undefined : Math.max(1, likely.get(name) ?? 1) ** WEIGHT;
  });
}
