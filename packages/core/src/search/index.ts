export {
  DETAIL_FULL_ABOVE,
  DETAIL_INPUTS_FROM,
  type Detail,
  detailOfScore,
} from "./detail-of-score.ts";
export { fuseScores, MEANING_ALONE_MIN } from "./fuse-scores.ts";
export type { LexicalDocument } from "./lexical-fields.ts";
export {
  createLexicalIndex,
  type LexicalHit,
  type LexicalIndex,
  type LexicalQuery,
} from "./lexical-index.ts";
