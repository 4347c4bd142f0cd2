export { applyInSlices } from "./apply-in-slices.ts";
export {
  createItemCatalogue,
  type ItemCatalogue,
  type Standing,
  type StandingChange,
} from "./item-catalogue.ts";
export type { ItemChange } from "./item-change.ts";
export type { ItemEmbeddings, MeaningComparison } from "./item-embeddings.ts";
export { catalogueKey, keyOf } from "./item-key.ts";
export { type ItemPhrases, type PendingPhrases, phraseHashOf } from "./item-phrases.ts";
export { type ItemTokens, tokensHashOf } from "./item-tokens.ts";
export { createLibraryCopies, type LibraryCopies } from "./library-copies.ts";
export type { LibraryEntry } from "./library-entry.ts";
export {
  createLibraryFollower,
  type FollowerState,
  type LibraryFollower,
} from "./library-follower.ts";
export { createLibraryIndex, type LibraryIndex } from "./library-index.ts";
export {
  assertItemId,
  type Catalogue,
  itemBroken,
  resolveItem,
  type Wanted,
} from "./resolve-item.ts";
export { textHashOf } from "./text-hash.ts";
export { winningItems } from "./winning-items.ts";
