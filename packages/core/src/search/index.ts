export { detailOfScore } from "./detail-of-score.ts";
export { fuseScores, MEANING_ALONE_MIN } from "./fuse-scores.ts";
export type { LexicalDocument } from "./lexical-fields.ts";
export { createLexicalIndex, type LexicalIndex } from "./lexical-index.ts";
