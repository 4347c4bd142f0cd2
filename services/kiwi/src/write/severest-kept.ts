import { severestEffect } from "@lilux/core/consent";
import { type Effect, LiluxError } from "@lilux/protocol";
import { factsOfItem } from "../library/facts-of-item.ts";
import type { ItemPlace } from "../library/item-place.ts";
import type { TextWork } from "../texts/text-work.ts";
import { listVersions, readVersion } from "./history.ts";

/** The most severe class that a kept version of an item had; undefined when none is kept. */
export async function severestKept(
  texts: TextWork,
  root: string,
  place: ItemPlace,
): Promise<Effect | undefined> {
  const versions = await listVersions(root, place);
  if (versions.length === 0) return undefined;
  const effects = await Promise.all(
    versions.map(({ version }) => effectOfVersion(texts, { root, place, version })),
  );
  return severestEffect(effects);
}

/** What cannot be read says nothing of its class; it could not be run either. */
async function effectOfVersion(
  texts: TextWork,
  { root, place, version }: { root: string; place: ItemPlace; version: string },
): Promise<Effect> {
  try {
    const kept = await readVersion(root, place, version);
    if (kept === undefined) return "read";
    const parsed = await texts.run("parseItem", place.item_type, kept.text, place.item_id);
    return factsOfItem({ ...place, contentHash: kept.contentHash }, parsed).own.effect;
  } catch (error) {
    // A busy moment is no reason to take a class for a mild one.
    if (error instanceof LiluxError) throw error;
    return "read";
  }
}
