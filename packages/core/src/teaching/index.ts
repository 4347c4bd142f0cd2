export { checkPhrasings, type DroppedPhrasing } from "./check-phrasings.ts";
export { judgePhrasings, type ReadPhrasing } from "./judge-phrasings.ts";
export { createPhrasingBook, type PhrasingBook } from "./phrasing-book.ts";
