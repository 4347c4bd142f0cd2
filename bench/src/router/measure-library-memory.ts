import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { quantise } from "@lilux/core/embedding";
import { createLibraryIndex } from "@lilux/library-index";
import type { ItemSummary } from "@lilux/protocol";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const WIDTH = 384;
const MEBIBYTE = 2 ** 20;

/** What a library's index holds in MiB once every item is embedded and was looked at; the items are left out. */
export function measureLibraryMemory(items: readonly ItemSummary[]): number {
  const before = heldBytes();
  const library = createLibraryIndex();
  library.meaning.adopt("bench", WIDTH);
  library.apply(library.changesTo(items));
  const embedding = quantise(new Float32Array(WIDTH).fill(1));
  for (const { key, textHash } of library.meaning.pending()) {
    library.meaning.set(key, textHash, embedding);
  }
  library.words.scores("warm up", { limit: 1, prefixLast: true });
  for (const entry of library.entries()) library.names.callWordsOf(entry);
  library.names.ofJoinedId("warmup");
  const held = heldBytes() - before;
  // Read again, so that nothing of it was collected before.
  return library.size === 0 ? 0 : held / MEBIBYTE;
}

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
