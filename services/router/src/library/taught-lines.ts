import type { StreamTail } from "@lilux/bus";
import { createPhrasingBook } from "@lilux/core/teaching";
import type { LibraryIndex } from "@lilux/library-index";
import { createParser, PhrasingEntry } from "@lilux/protocol";

/** What language models wrote for one library's items, kept up with the stream it is stored in. */
export interface TaughtLines {
  /** Takes over what was stored since the last time. Rejects when it cannot be read; nothing is missed then. */
  readOn(): Promise<void>;
}

const parser = createParser(PhrasingEntry, "a phrasing", "internal");

export function createTaughtLines(library: LibraryIndex, tail: StreamTail): TaughtLines {
  const book = createPhrasingBook();
  let reading: Promise<void> | undefined;
  let isAsked = false;

  async function read(): Promise<void> {
    while (isAsked) {
      isAsked = false;
      for (const { body } of await tail.next()) {
        // What is no entry is passed over: it was not written by this version.
        if (!parser.is(body)) continue;
        for (const hash of book.take(body)) library.phrases.teach(hash, book.of(hash)?.lines ?? []);
      }
    }
  }

  return {
    readOn() {
      isAsked = true;
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}
