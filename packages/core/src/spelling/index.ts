export { respell } from "./respell.ts";
export { SHARED_WORDS } from "./shared-words.ts";
export { createWordBook, type WordBook } from "./word-book.ts";
export { createWordList, type WordList } from "./word-list.ts";
