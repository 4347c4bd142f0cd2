import type { ItemSummary, SearchArguments, SearchHit, SearchResult } from "@lilux/protocol";
import type { Library } from "../library/library.ts";

const LIMIT_DEFAULT = 10;

/** What a `search` of the local library answers. The last word may be unfinished: people search while they type. */
export function searchItems(library: Library, given: SearchArguments): SearchResult {
  const { item_type, query, source = "local", limit = LIMIT_DEFAULT } = given;
  const { hits, total } = library.index.match(query, { item_type, limit, prefixLast: true });
  const results = hits.flatMap(({ key, score, why }) => {
    const item = library.item(key);
    return item === undefined ? [] : [hitOf(item, score, why)];
  });
  return { query, source, results, total };
}

function hitOf(item: ItemSummary, score: number, why: string[]): SearchHit {
  const { item_type, item_id, qualified_id, name, description, category, source, version } = item;
  return {
    item_type,
    item_id,
    qualified_id,
    name,
    description,
    category,
    source,
    version,
    score,
    why,
  };
}
