export { EmbeddingMatrix } from "./embedding-matrix.ts";
export { type ItemTextParts, itemTextOf } from "./item-text.ts";
export { type QuantisedEmbedding, quantise } from "./quantised-embedding.ts";
