import type { ItemSummary } from "@lilux/protocol";
import type { ItemKey } from "./item-key.ts";

/** A key whose winning item changed; `item` is undefined when nothing has the key any more. */
export interface ItemChange {
  key: ItemKey;
  item: ItemSummary | undefined;
}
