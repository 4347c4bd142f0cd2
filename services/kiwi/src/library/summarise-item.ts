import type { ItemSource, ItemSummary } from "@lilux/protocol";
import { provenanceOf } from "../provenance/content-origin.ts";
import type { ContentOrigin } from "../provenance/provenance-file.ts";
import type { TextWork } from "../texts/text-work.ts";
import { type FileFacts, factsOfItem } from "./facts-of-item.ts";
import type { ItemPlace } from "./item-place.ts";

export interface ReadText {
  place: ItemPlace;
  source: ItemSource;
  text: string;
  contentHash: string;
}

/** What lists hold of a text, and what its class is made of. Throws `ParseFailure`. */
export async function summariseItem(
  texts: TextWork,
  { place, source, text, contentHash }: ReadText,
  origin: ContentOrigin | undefined,
): Promise<{ summary: ItemSummary; facts: FileFacts }> {
  const { item_type, item_id, qualified_id, category } = place;
  const parsed = await texts.run("parseItem", item_type, text, item_id);
  const { name, description, version, tags, inputs, examples, when_to_use } = parsed;
  const facts = factsOfItem({ item_type, qualified_id, contentHash }, parsed, origin);
  const summary: ItemSummary = {
    item_type,
    item_id,
    qualified_id,
    name,
    description,
    category,
    source,
    version,
    tags,
    inputs,
    effect: facts.own.effect,
    content_hash: contentHash,
    ...(examples === undefined ? {} : { examples }),
    ...(when_to_use === undefined ? {} : { when_to_use }),
    ...(origin === undefined ? {} : { provenance: provenanceOf(origin) }),
  };
  return { summary, facts };
}
