import type { SearchArguments, SearchHit, SearchResult } from "@lilux/protocol";
import type { Library } from "../library/library.ts";
import type { FindCall, FindItems } from "./find-items.ts";
import type { RankedItem } from "./rank-items.ts";

const LIMIT_DEFAULT = 10;

/** What a `search` of the local library answers. The last word may be unfinished: people search while they type. */
export async function searchItems(
  { library, find, call }: { library: Library; find: FindItems; call: FindCall },
  given: SearchArguments,
): Promise<SearchResult> {
  const { item_type, query, source = "local", limit = LIMIT_DEFAULT } = given;
  const question = { text: query, item_type, limit, prefixLast: true };
  const { ranked, total, meaning } = await find(library, question, call);
  return { query, source, results: ranked.map(hitOf), total, meaning };
}

function hitOf({ item, score, why, similarity }: RankedItem): SearchHit {
  const { item_type, item_id, qualified_id, name, description, category, source, version } = item;
  const { effect, effect_reason } = item;
  const hit: SearchHit = {
    ...(effect_reason === undefined ? {} : { effect_reason }),
    effect,
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
  return similarity === undefined ? hit : { ...hit, similarity };
}
