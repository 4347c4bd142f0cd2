import type { DroppedPhrasing } from "./check-phrasings.ts";

/** A line with what the router makes of it. */
export interface ReadPhrasing {
  line: string;
  embedding: Float32Array;
  /** The library's items nearest to it, nearest first. */
  nearest: readonly { textHash: string; cosine: number }[];
}

/** Two lines that are so near say the same. */
const ALIKE = 0.97;

/**
 * Of an item's lines, those that are the item's by the router's own reading: a line that is nearer to
 * another item teaches the router to confuse the two, and one that says what another says teaches
 * nothing. So a text that talks a model into lines of another item gains nothing by it.
 */
export function judgePhrasings(
  read: readonly ReadPhrasing[],
  textHash: string,
): { lines: string[]; dropped: DroppedPhrasing[] } {
  const kept: ReadPhrasing[] = [];
  const dropped: DroppedPhrasing[] = [];
  for (const one of read) {
    const isOwn = one.nearest[0]?.textHash === textHash;
    const isAlike = kept.some((other) => dot(one.embedding, other.embedding) > ALIKE);
    if (isOwn && !isAlike) kept.push(one);
    else dropped.push({ line: one.line, fault: isOwn ? "alike" : "near_another_item" });
  }
  return { lines: kept.map(({ line }) => line), dropped };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
