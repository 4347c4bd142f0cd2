import { itemBroken, resolveItem, type Wanted } from "@lilux/library-index";
import { type BrokenItem, type ItemSummary, LiluxError, type Tenant } from "@lilux/protocol";
import { brokenItem, isMissing } from "../library/broken-item.ts";
import { withEffect } from "../library/effect-book.ts";
import { factsOfItem } from "../library/facts-of-item.ts";
import { findPlace } from "../library/find-place.ts";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import { readItemFile } from "../library/read-item-file.ts";
import { originOf, provenanceOf } from "../provenance/content-origin.ts";
import { readRecord } from "../provenance/provenance-file.ts";
import type { Registry } from "../registry/registry.ts";

/** Whose trust decides about content that was pulled. */
export interface Trust {
  tenant: Tenant;
  registry: Pick<Registry, "checkPulled">;
}

/**
 * Resolves an id and reads its file again, so that what is shown or run is what
 * lies on the disk and was hashed in this very call. Throws as `resolveItem`
 * does, `item_broken` for a file that can no longer be read, and
 * `content_tampered` for one that was pulled and is no longer what was signed.
 */
export async function openItem(
  library: Library,
  wanted: Wanted,
  { tenant, registry }: Trust,
): Promise<OpenedItem> {
  const item = await resolved(library, wanted, { tenant, registry });
  const folder = library.source(item.source);
  const place = findPlace(folder, item);
  const root = await folder?.root();
  if (root === undefined || place === undefined) throw gone(wanted);
  const { path } = place;
  try {
    const { text, contentHash } = await readItemFile(root, path);
    const origin = await registry.checkPulled(tenant, { root, path, text });
    const parsed = await library.texts.run("parseItem", item.item_type, text, item.item_id);
    const { name, description, version, tags, inputs } = parsed;
    const content = originOf(await readRecord(root, path), contentHash);
    const { provenance: _was, ...listed } = item;
    const known = content === undefined ? listed : { ...listed, provenance: provenanceOf(content) };
    const facts = factsOfItem({ ...item, contentHash }, parsed, content);
    const { effect, reason } = library.effects.effectOf(facts);
    const summary = { ...known, name, description, version, tags, inputs };
    const now = withEffect({ ...summary, content_hash: contentHash, effect }, effect, reason);
    const reached = library.effects.reachedFrom(facts);
    const opened = { item: now, parsed, text, path, reached, origin: content };
    return origin === undefined ? opened : { ...opened, registry: origin };
  } catch (error) {
    if (error instanceof LiluxError) throw error;
    if (isMissing(error)) throw gone(wanted);
    throw itemBroken(wanted, brokenItem(place, item.source, error));
  }
}

async function resolved(library: Library, wanted: Wanted, trust: Trust): Promise<ItemSummary> {
  try {
    return resolveItem(library, wanted);
  } catch (error) {
    const broken = error instanceof LiluxError && error.code === "item_broken" && error.details;
    const listed = broken && library.broken.find(({ path }) => path === broken["path"]);
    if (!listed) throw error;
    return resolvedAgain(library, { wanted, listed, trust });
  }
}

/**
 * What is listed as broken may have been seen while it was being written: its file
 * is looked at once more. Of what was pulled and is broken still, the check says
 * more than the list does, and its code is another.
 */
async function resolvedAgain(
  library: Library,
  { wanted, listed, trust }: { wanted: Wanted; listed: BrokenItem; trust: Trust },
): Promise<ItemSummary> {
  const { path, source } = listed;
  await library.update(source, new Set([path]));
  try {
    return resolveItem(library, wanted);
  } catch (error) {
    const root = await library.source(source)?.root();
    if (root === undefined) throw error;
    const file = await readItemFile(root, path).catch(() => undefined);
    const { tenant, registry } = trust;
    if (file !== undefined) await registry.checkPulled(tenant, { root, path, text: file.text });
    throw error;
  }
}

function gone({ item_type, item_id }: Wanted): LiluxError {
  return new LiluxError("item_not_found", {
    message: `The ${item_type} ${item_id} was removed a moment ago. Search again.`,
    details: { field: "item_id", suggestions: [] },
  });
}
