/** What meaning alone can come to: enough to be loaded, never to be run without words that match. */
const MEANING_WEIGHT = 0.7;
/** The cosines between which meaning counts: less is chance, more is the same thing said. */
const COSINE_NONE = 0.2;
const COSINE_FULL = 0.8;

/** An item that shares no word with the text is found from this cosine on. */
export const MEANING_ALONE_MIN = 0.35;

/**
 * One score from how well the words match (0 to 1) and how near the meanings
 * lie (a cosine; undefined when it is not known): the probability, were they
 * independent, that at least one of them is right.
 *
 *     1 - (1 - words) * (1 - 0.7 * ramp(cosine from 0.2 to 0.8))
 *
 * Chosen among reciprocal ranks, weighted sums and this on 700 lines of three
 * libraries (`npm run bench -- kiwi` reports two of them): recall in the first seven
 * was within a point for the best of each kind, and unlike a rank this score can
 * be compared across texts, which the floors of discovery need. Without a cosine
 * it is the score of the words, unchanged.
 */
export function fuseScores(words: number, cosine: number | undefined): number {
  if (cosine === undefined) return words;
  const meaning = (cosine - COSINE_NONE) / (COSINE_FULL - COSINE_NONE);
  const share = MEANING_WEIGHT * Math.min(1, Math.max(0, meaning));
  return Math.round((1 - (1 - words) * (1 - share)) * 1e6) / 1e6;
}
