import { fuseScores, MEANING_ALONE_MIN } from "@lilux/core/search";
import type { ItemSummary, ItemType, MeaningState } from "@lilux/protocol";
import type { Library } from "../library/library.ts";
import type { Embedded } from "../library/meaning-index.ts";

export interface RankQuestion {
  text: string;
  item_type?: ItemType | undefined;
  limit: number;
  /** The last word may be unfinished. */
  prefixLast: boolean;
}

export interface RankedItem {
  item: ItemSummary;
  /** 0 to 1, comparable across texts. */
  score: number;
  why: string[];
  /** The cosine; undefined where meaning was not compared. */
  similarity: number | undefined;
}

export interface RankedItems {
  ranked: RankedItem[];
  /** How many items matched: all by their words, and those of the answer that only mean the same. */
  total: number;
  meaning: MeaningState;
}

/** So many of either kind are looked at together: enough that what both find is seen by both. */
const POOL_MIN = 64;

/**
 * The items a text is about, best first, equal scores by key. Words are always
 * asked; meaning when the line's embedding came and items have theirs. What
 * lies beyond the first 64 by words counts as meaning only.
 */
export function rankItems(
  library: Library,
  question: RankQuestion,
  line: Embedded | undefined,
): RankedItems {
  const { text, item_type, limit, prefixLast } = question;
  const comparison = line === undefined ? undefined : library.meaning.compare(line);
  if (comparison === undefined || library.meaning.embedded === 0) return byWords(library, question);
  const pool = Math.max(POOL_MIN, limit);
  const { hits, total } = library.index.match(text, { item_type, limit: pool, prefixLast });
  const words = new Map(hits.map(({ key, score, why }) => [key, { score, why }]));
  const keys = new Set(words.keys());
  for (const { key, cosine } of comparison.nearest(pool, item_type)) {
    if (cosine >= MEANING_ALONE_MIN) keys.add(key);
  }
  const scored = [...keys].map((key) => {
    const similarity = comparison.cosineOf(key);
    return { key, similarity, score: fuseScores(words.get(key)?.score ?? 0, similarity) };
  });
  scored.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
  const best = scored.slice(0, limit);
  const ranked = best.flatMap(({ key, score, similarity }): RankedItem[] => {
    const item = library.item(key);
    const why = [...(words.get(key)?.why ?? []), ...meaningReason(similarity)];
    return item === undefined ? [] : [{ item, score, why, similarity }];
  });
  const byMeaningOnly = best.filter(({ key }) => !words.has(key)).length;
  const isComplete = library.meaning.pendingCount === 0;
  // Beyond the pool some of those may match by words as well: they are counted already.
  return {
    ranked,
    total: total > hits.length ? total : total + byMeaningOnly,
    meaning: isComplete ? "used" : "partial",
  };
}

function meaningReason(similarity: number | undefined): string[] {
  const tells = similarity !== undefined && similarity >= MEANING_ALONE_MIN;
  return tells ? [`meaning: ${similarity.toFixed(2)}`] : [];
}

function byWords(library: Library, question: RankQuestion): RankedItems {
  const { hits, total } = library.index.match(question.text, question);
  const ranked = hits.flatMap(({ key, score, why }): RankedItem[] => {
    const item = library.item(key);
    return item === undefined ? [] : [{ item, score, why, similarity: undefined }];
  });
  return { ranked, total, meaning: "absent" };
}
