import type { ItemSummary } from "@lilux/protocol";
import type { ItemKey } from "./item-key.ts";

/** One item of an index. It stays the same object until another text stands under its key. */
export interface LibraryEntry {
  readonly key: ItemKey;
  /** Changes in place when something changed that is not matched, such as the effect. */
  item: ItemSummary;
  /** Of its embedding; -1 beyond what may be embedded. */
  row: number;
  /** Of the text that is embedded. */
  readonly textHash: string;
}
