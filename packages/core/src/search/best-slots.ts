import { createBestOf } from "./best-of.ts";
import type { ScoreBoard } from "./score-board.ts";

/** What a score needs to know of the documents, by slot. */
export interface SlotFacts {
  /** The number of a document's item type. */
  types: Uint8Array;
  /** The number of the word its id makes when run together. */
  joinedIds: Int32Array;
  /** Numbers in the order of the keys; equal ones are settled by the keys themselves. */
  keyOrders: Float64Array;
  keyOf(slot: number): string;
  /** The rarity of all words of its id together. */
  idRarityOf(slot: number): number;
}

interface BestSlotsQuery {
  /** How many of the board's slots were touched. */
  count: number;
  /** What the terms of a perfect document would come to. */
  perfect: number;
  /** Only documents of this type; 0 for all. */
  type: number;
  /** The number of the word that the whole text makes when run together; -1 when no item holds it. */
  joinedId: number;
  limit: number;
}

export interface BestSlot {
  slot: number;
  score: number;
}

/** Less is no match. */
const SCORE_MIN = 0.1;
/** What naming an item in full can add to a score. */
const NAMED_WEIGHT = 0.75;
/** How fast that grows with the number of words named: one word of an id is weak evidence. */
const NAMED_DECAY = 0.4;
/** A little less than the smallest step between two rounded scores. */
const ROUNDING = 6e-7;
const NO_FLOOR = { score: 0, order: 0 };

/**
 * The best of what a score board holds, best first, equal scores by key, and
 * how many match at all. Naming can only add, and no more than its bound: what
 * cannot reach the best so far is counted without working its score out.
 */
export function bestSlots(
  board: ScoreBoard,
  facts: SlotFacts,
  query: BestSlotsQuery,
): { best: BestSlot[]; total: number } {
  const { touched, totals, named, namedCounts } = board;
  const { types, joinedIds, keyOrders } = facts;
  const { count, perfect, type, joinedId, limit } = query;
  const best = createBestOf<BestSlot & { key: string; order: number }>(
    limit,
    (a, b) => b.score - a.score || (a.key < b.key ? -1 : 1),
  );
  const decay = createDecay();
  let floor = 0;
  let last = NO_FLOOR;
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const slot = touched[index] ?? 0;
    if (type !== 0 && types[slot] !== type) continue;
    const missed = 1 - (totals[slot] ?? 0) / perfect;
    const namedRarity = named[slot] ?? 0;
    let score = 1 - missed;
    if (joinedIds[slot] === joinedId) {
      score = 1;
    } else if (namedRarity > 0) {
      const most = NAMED_WEIGHT * (1 - decay(namedCounts[slot] ?? 0));
      const bound = 1 - missed * (1 - most) + ROUNDING;
      if (bound < floor && score >= SCORE_MIN) {
        total += 1;
        continue;
      }
      const share = Math.min(1, namedRarity / facts.idRarityOf(slot));
      score = 1 - missed * (1 - most * share);
    }
    if (score + ROUNDING < SCORE_MIN) continue;
    score = roundScore(score);
    if (score < SCORE_MIN) continue;
    total += 1;
    if (score < floor) continue;
    if (score === floor && (keyOrders[slot] ?? 0) > last.order) continue;
    best.offer({ slot, score, key: facts.keyOf(slot), order: keyOrders[slot] ?? 0 });
    last = best.floor() ?? NO_FLOOR;
    floor = last.score;
  }
  return { best: best.values(), total };
}

/** Most documents of a query hold the same number of its words: the last power is kept. */
function createDecay(): (count: number) => number {
  let lastCount = 0;
  let last = 1;
  return (count) => {
    if (count !== lastCount) {
      lastCount = count;
      last = NAMED_DECAY ** count;
    }
    return last;
  };
}

/** Sums in another order differ in the last digits; equal items must tie exactly. */
function roundScore(score: number): number {
  return Math.round(score * 1e6) / 1e6;
}
