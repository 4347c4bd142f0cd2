import type { LibraryIndex } from "@lilux/library-index";
import type { DiscoverRequest, DiscoverResult } from "@lilux/protocol";

type Neighbours = NonNullable<DiscoverResult["near"]>;

/**
 * The items that mean what is nearest to what an item means, nearest first and without itself; none
 * while it has no embedding, or when its id names none or several.
 */
export function neighboursOf(
  index: Pick<LibraryIndex, "names" | "meaning" | "resolve">,
  { item_type, item_id }: NonNullable<DiscoverRequest["near"]>,
  limit: number,
): Neighbours {
  const { names, meaning } = index;
  const item = index.resolve(item_type, item_id);
  const quantised = item && meaning.of(item.textHash);
  if (quantised === undefined) return [];
  const embedding = Float32Array.from(quantised.bytes, (byte) => byte * quantised.scale);
  const nearest = meaning.compare(embedding)?.nearest(limit + 1) ?? [];
  return nearest
    .filter(({ entry }) => entry !== item)
    .slice(0, limit)
    .map(({ entry, cosine }) => ({
      item_type: entry.item.item_type,
      item_id: names.callIdOf(entry),
      cosine: Math.round(cosine * 1e4) / 1e4,
    }));
}
