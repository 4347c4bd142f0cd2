import type { ExecuteAction, ItemSource, ItemType, Primitive, SearchSource } from "@lilux/protocol";

/**
 * What a model makes of one typed line, before anything is known of the
 * library. All `log…` members are natural logarithms of probabilities, each
 * group summing to 1.
 */
export interface LineReading {
  /** The line's words as typed, split at white space. */
  words: readonly string[];
  /** Per word, the log-odds that it belongs to the text searched for; the best of its tokens. */
  queryLogits: readonly number[];
  logPrimitive: Readonly<Record<Primitive | "none", number>>;
  logItemType: Readonly<Record<ItemType, number>>;
  logAction: Readonly<Record<ExecuteAction, number>>;
  logSearchSource: Readonly<Record<SearchSource, number>>;
  logLoadSource: Readonly<Record<ItemSource, number>>;
  /** The probability that the line points back at an earlier one ("run it"); 0 when not told. */
  reference: number;
  /** L2-normalised, to be compared with items; undefined for a model that does not embed. */
  embedding: Float32Array | undefined;
  /** A vector of unit length per token, one after the other; undefined for a model that gives none. */
  tokens?: Float32Array | undefined;
}
