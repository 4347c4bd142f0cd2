import { createWordBook, SHARED_WORDS, type WordBook } from "@lilux/core/spelling";
import { splitIdentifier } from "@lilux/core/text";
import type { ItemSummary } from "@lilux/protocol";
import type { LibraryEntry } from "./library-entry.ts";

/**
 * How the items of one library are spelt. Made when it is first asked for, and kept up from then
 * on: who never asks pays nothing.
 */
export interface ItemSpelling {
  /** The words of ids, descriptions, tags and phrasings, and those that lines over any library are made of. */
  words(): WordBook;
  /** An item came, went, or stands in another's place; told before it is seen in the library. */
  exchange(before: ItemSummary | undefined, after: ItemSummary | undefined): void;
}

/** Of one item; a text beyond is no list of names. */
const WORDS_OF_ITEM_MAX = 256;

export function createItemSpelling(all: () => Iterable<LibraryEntry>): ItemSpelling {
  let book: WordBook | undefined;
  return {
    words() {
      if (book !== undefined) return book;
      book = createWordBook();
      book.add(SHARED_WORDS);
      for (const { item } of all()) book.add(wordsOf(item));
      return book;
    },
    exchange(before, after) {
      if (book === undefined) return;
      if (before !== undefined) book.remove(wordsOf(before));
      if (after !== undefined) book.add(wordsOf(after));
    },
  };
}

function wordsOf(item: ItemSummary): Set<string> {
  const { item_id, name, description, category, tags, examples = [], when_to_use = "" } = item;
  const texts = [item_id, name, category, description, ...tags, ...examples, when_to_use];
  return new Set(splitIdentifier(texts.join(" ")).slice(0, WORDS_OF_ITEM_MAX));
}
