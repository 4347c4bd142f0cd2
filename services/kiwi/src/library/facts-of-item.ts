import { type ItemFacts, itemFactsOf } from "@lilux/core/consent";
import type { ItemType } from "@lilux/protocol";
import type { ParsedItem } from "../parse/parsed-item.ts";
import { heldAt } from "../provenance/content-origin.ts";
import type { ContentOrigin } from "../provenance/provenance-file.ts";

/** What is known of a file's item by itself, and of which text. */
export interface FileFacts extends ItemFacts {
  contentHash: string;
}

interface NamedText {
  item_type: ItemType;
  qualified_id: string;
  contentHash: string;
}

/** What an item's class is made of, before what it leads to. */
export function factsOfItem(
  { item_type, qualified_id, contentHash }: NamedText,
  { effect: declared, permissions: grants, steps }: ParsedItem,
  origin?: ContentOrigin,
): FileFacts {
  const label = `${item_type} ${qualified_id}`;
  const facts = itemFactsOf({ label, declared, grants, steps, before: heldAt(origin) });
  return { ...facts, contentHash };
}
