import { fuseScores, MEANING_ALONE_MIN } from "@lilux/core/search";
import type { LibraryIndex, MeaningComparison } from "@lilux/library-index";
import type { ItemSummary, ItemType, MeaningState } from "@lilux/protocol";
import type { Library } from "../library/library.ts";
import type { EmbeddedLine } from "./ask-embeddings.ts";

export interface RankQuestion {
  text: string;
  item_type?: ItemType | undefined;
  limit: number;
  /** The last word may be unfinished. */
  prefixLast: boolean;
}

export interface RankedItem {
  item: ItemSummary;
  /** The shortest id that names it alone. */
  callId: string;
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
  { index }: Pick<Library, "index">,
  question: RankQuestion,
  line: EmbeddedLine | undefined,
): RankedItems {
  const { meaning } = index;
  const isComparable = line?.model === meaning.model && meaning.embedded > 0;
  const comparison =
    line === undefined || !isComparable ? undefined : meaning.compare(line.embedding);
  return comparison === undefined ? byWords(index, question) : byBoth(index, question, comparison);
}

function byBoth(
  index: LibraryIndex,
  { text, item_type, limit, prefixLast }: RankQuestion,
  comparison: MeaningComparison,
): RankedItems {
  const pool = Math.max(POOL_MIN, limit);
  const { hits, total } = index.words.match(text, { item_type, limit: pool, prefixLast });
  const words = new Map(hits.map(({ key, score, why }) => [key, { score, why }]));
  const keys = new Set(words.keys());
  for (const { entry, cosine } of comparison.nearest(pool, item_type)) {
    if (cosine >= MEANING_ALONE_MIN) keys.add(entry.key);
  }
  const scored = [...keys].flatMap((key) => {
    const entry = index.entry(key);
    if (entry === undefined) return [];
    const similarity = comparison.cosineOf(entry);
    const score = fuseScores(words.get(key)?.score ?? 0, similarity);
    return [{ entry, similarity, score }];
  });
  scored.sort((a, b) => b.score - a.score || (a.entry.key < b.entry.key ? -1 : 1));
  const best = scored.slice(0, limit);
  const ranked = best.map(({ entry, score, similarity }): RankedItem => {
    const why = [...(words.get(entry.key)?.why ?? []), ...meaningReason(similarity)];
    return { item: entry.item, callId: index.names.callIdOf(entry), score, why, similarity };
  });
  const byMeaningOnly = best.filter(({ entry }) => !words.has(entry.key)).length;
  const isComplete = index.meaning.pendingCount === 0;
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

function byWords(index: LibraryIndex, question: RankQuestion): RankedItems {
  const { hits, total } = index.words.match(question.text, question);
  const ranked = hits.flatMap(({ key, score, why }): RankedItem[] => {
    const entry = index.entry(key);
    if (entry === undefined) return [];
    const callId = index.names.callIdOf(entry);
    return [{ item: entry.item, callId, score, why, similarity: undefined }];
  });
  return { ranked, total, meaning: "absent" };
}
