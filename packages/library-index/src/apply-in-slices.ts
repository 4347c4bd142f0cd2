import type { ItemChange } from "./item-change.ts";
import type { LibraryIndex } from "./library-index.ts";

/** Changes taken in between two looks at other work: about five milliseconds. */
const CHANGES_AT_ONCE = 100;

/** Applies any number of changes without keeping others waiting meanwhile. */
export async function applyInSlices(
  index: Pick<LibraryIndex, "apply">,
  changes: readonly ItemChange[],
): Promise<void> {
  for (let from = 0; from < changes.length; from += CHANGES_AT_ONCE) {
    if (from > 0) await new Promise(setImmediate);
    index.apply(changes.slice(from, from + CHANGES_AT_ONCE));
  }
}
