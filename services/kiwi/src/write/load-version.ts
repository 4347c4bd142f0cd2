import { assertItemId } from "@lilux/library-index";
import { type ItemSummary, LiluxError, type LoadArguments, type LoadResult } from "@lilux/protocol";
import { fieldProblem } from "../files/field-problem.ts";
import { factsOfItem } from "../library/facts-of-item.ts";
import { itemPlaceOf, pathOfItem } from "../library/item-place.ts";
import type { Library } from "../library/library.ts";
import { hashText } from "../library/read-item-file.ts";
import { listVersions } from "./history.ts";
import { restoredText } from "./restored-text.ts";
import { existingTarget, type WriteTarget } from "./write-target.ts";

type Wanted = Pick<LoadArguments, "item_type" | "item_id" | "source">;

/** A version that was replaced or deleted, read as the item it was. The item need not exist now. */
export async function loadVersion(
  library: Library,
  given: LoadArguments,
  version: string,
): Promise<LoadResult> {
  if (given.destination !== undefined) {
    throw fieldProblem(
      "destination",
      "does not go with a kept version; to have it back, execute update (or create, after a delete) with restore",
    );
  }
  const target = pastTarget(library, given);
  const { place, source } = target;
  const text = await restoredText(target, version);
  const { item_type, item_id, qualified_id, category, path } = place;
  const parsed = await library.texts.run("parseItem", item_type, text, item_id);
  const { name, description, tags, inputs } = parsed;
  const content_hash = hashText(text);
  const facts = factsOfItem({ item_type, qualified_id, contentHash: content_hash }, parsed);
  const { effect, reason } = library.effects.effectOf(facts);
  const item: ItemSummary = {
    item_type,
    item_id,
    qualified_id,
    name,
    description,
    category,
    source,
    tags,
    inputs,
    version: parsed.version,
    effect,
    ...(reason === undefined ? {} : { effect_reason: reason }),
    content_hash,
  };
  const { permissions, steps, outputs, modelClass: model_class } = parsed;
  const versions = await versionsOf(target);
  const read = { permissions, steps, outputs, model_class, versions };
  return { item, mode: "read_only", path, content: text, ...read };
}

/** What is kept of an item that is there; nothing for those of the registry. */
export async function keptVersions(
  library: Library,
  { item_type, qualified_id, source }: ItemSummary,
): Promise<Pick<LoadResult, "versions">> {
  if (source === "registry") return {};
  const target = pastTarget(library, { item_type, item_id: qualified_id, source });
  const versions = await versionsOf(target);
  return versions.length === 0 ? {} : { versions };
}

/** Adds to an item's not being found that it was deleted, and how to have it back. */
export async function explainDeleted(
  library: Library,
  wanted: Wanted,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof LiluxError) || error.code !== "item_not_found") return error;
  const target = attempt(() => pastTarget(library, wanted));
  const versions = target === undefined ? [] : await versionsOf(target);
  const [newest] = versions;
  if (newest === undefined) return error;
  return new LiluxError("item_not_found", {
    message: `The ${wanted.item_type} ${wanted.item_id} was deleted at ${newest.saved_at}. To have it back, execute create with parameters {"restore": "${newest.version}"}.`,
    details: { ...error.details, versions },
  });
}

/** The item as it is, else the place it had: then only its qualified id names it. */
function pastTarget(library: Library, { item_type, item_id, source }: Wanted): WriteTarget {
  assertItemId(item_id);
  if (source === "registry") throw fieldProblem("source", "must be project or user");
  try {
    return existingTarget(library, { item_type, item_id }, { place: source, evenBroken: true });
  } catch (error) {
    const place = itemPlaceOf(pathOfItem(item_type, item_id));
    const folder = library.source(source);
    const isGone = error instanceof LiluxError && error.code === "item_not_found";
    if (!isGone || place === undefined || folder === undefined) throw error;
    return { source, folder, place };
  }
}

async function versionsOf({ folder, place }: WriteTarget) {
  const root = await folder.root();
  return root === undefined ? [] : listVersions(root, place);
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
