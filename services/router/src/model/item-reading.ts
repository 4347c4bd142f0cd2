/** What a model makes of an item's text. */
export interface ItemReading {
  /** L2-normalised. */
  embedding: Float32Array;
  /** A vector of unit length per token that says something, one after the other; of a model that gives them. */
  tokens?: Float32Array | undefined;
}
