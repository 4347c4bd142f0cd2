import { cosineOf } from "./evidence-summary.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { itemNameOf, nameOf, shareAnew } from "./share-anew.ts";

/**
 * How steeply the cosine with the centre of an item's phrasings counts. Chosen from 0 to 20 by the likelihood of the
 * right call over three public training sets with five examples an item and three libraries with simulated ones
 * (training/router/EXPERIMENTS.md, section 12): above 9 the latter lose.
 */
const WEIGHT = 6;

/**
 * What is known to be typed for items decides between them once more. The ranker weighs it too, but was fitted
 * on phrasings that were simulated from lines of other wishes and are worse than those that people and models write,
 * and so trusts them too little. An item that has none goes by its own text.
 */
export function weighPhrasings(
  ranked: RankedCalls,
  { items }: Pick<LineEvidence, "items">,
): RankedCalls {
  if (items.every(({ phrases }) => phrases === undefined)) return ranked;
  const near = new Map(
    items.map((item) => [nameOf(item.item.item_type, item.callId), closenessOf(item)]),
  );
  return shareAnew(ranked, (candidate) => {
    const name = itemNameOf(candidate);
    return name === undefined ? undefined : Math.exp(WEIGHT * (near.get(name) ?? 0));
  });
}

function closenessOf(item: ItemEvidence): number {
  return item.phrases?.centroid ?? cosineOf(item);
}
