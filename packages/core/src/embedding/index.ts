export { EmbeddingMatrix } from "./embedding-matrix.ts";
export { itemTextOf } from "./item-text.ts";
export {
  type PackedEmbeddings,
  packFloats,
  packQuantised,
  unpackFloats,
  unpackQuantised,
} from "./packed-embeddings.ts";
export { phrasesOf } from "./phrases-of-item.ts";
export { type QuantisedEmbedding, quantise } from "./quantised-embedding.ts";
export {
  createTokenComparer,
  type TokenCloseness,
  type TokenComparer,
} from "./token-closeness.ts";
