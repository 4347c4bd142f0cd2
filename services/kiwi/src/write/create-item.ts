import { basename, dirname, join } from "node:path";
import { putFile } from "@lilux/files";
import { resolveItem } from "@lilux/library-index";
import { LiluxError } from "@lilux/protocol";
import { DRAFT_TAG } from "../compose/draft-fields.ts";
import { assertNoTwin, ensureFolder } from "../files/ensure-folder.ts";
import { errorCodeOf } from "../files/write-failure.ts";
import { factsOfItem } from "../library/facts-of-item.ts";
import { hashText } from "../library/read-item-file.ts";
import { rememberWrite } from "../provenance/remember.ts";
import type { WriteParameters } from "./read-parameters.ts";
import { restoredText } from "./restored-text.ts";
import { severestKept } from "./severest-kept.ts";
import type { PlannedWrite, WriteContext, WriteOutcome } from "./write-context.ts";
import { ensureRoot, newTarget, type WriteTarget } from "./write-target.ts";

/** A new item: from its whole text, from fields, from a kept version, or as a draft from its id. */
export function planCreate(context: WriteContext, parameters: WriteParameters): PlannedWrite {
  const target = newTarget(context.library, context.given, parameters);
  let text = "";
  return {
    item: target.place,
    folder: target.folder,
    async check() {
      assertNew(context, parameters, target);
      text = await newText(target, parameters);
      return { contents: [] };
    },
    commit: () => commitNew(context, target, text),
  };
}

async function newText(target: WriteTarget, parameters: WriteParameters): Promise<string> {
  const { content, restore, fields } = parameters;
  const { item_type, item_id } = target.place;
  const { texts } = target.folder;
  if (content !== undefined) return texts.run("checkedContent", item_type, item_id, content);
  if (restore !== undefined) return restoredText(target, restore);
  return texts.run("composeNew", target.place, fields ?? { item_type, fields: {} });
}

/**
 * An id is taken when a load would find something by it. A bare id may still be
 * used again in another category, and an id of one source in another, by those
 * who say so.
 */
function assertNew(
  { library, given, itemsMax }: WriteContext,
  { category, place: source }: WriteParameters,
  { place, folder }: WriteTarget,
): void {
  if (folder.records.has(place.path)) throw exists(place.qualified_id, given.item_type);
  if (folder.records.size >= itemsMax) throw full(itemsMax);
  try {
    const item_id = category === undefined ? given.item_id : place.qualified_id;
    const found = resolveItem(library, { item_type: given.item_type, item_id, source });
    const isOther = category !== undefined && found.qualified_id !== place.qualified_id;
    if (!isOther) throw exists(found.qualified_id, given.item_type, found.source);
  } catch (error) {
    if (!(error instanceof LiluxError)) throw error;
    if (error.code === "item_not_found") return;
    const isTaken = error.code !== "item_ambiguous" && error.code !== "item_broken";
    if (isTaken || category === undefined) throw error;
  }
}

function full(itemsMax: number): LiluxError {
  return new LiluxError("storage_full", {
    message: `This library holds ${itemsMax} items, which is as many as it may. Delete some that nobody needs, or ask whoever runs this server for more (LILUX_TENANT_ITEMS_MAX).`,
    details: { limit: "items", max: itemsMax },
  });
}

function exists(qualifiedId: string, itemType: string, source?: string): LiluxError {
  const where = source === undefined ? "" : ` in ${source}`;
  return new LiluxError("item_exists", {
    message: `There is already a ${itemType} ${qualifiedId}${where}. Update it, or create another with a category or destination of its own.`,
    details: { field: "item_id", existing: { qualified_id: qualifiedId, source } },
  });
}

async function commitNew(
  { files: plain, given, by, clock }: WriteContext,
  target: WriteTarget,
  text: string,
): Promise<WriteOutcome> {
  const { place, source } = target;
  const files = target.folder.filesOf(plain);
  const root = await ensureRoot(files, target);
  const path = join(root, place.path);
  await ensureFolder(files, root, dirname(place.path).split("/"));
  await assertNoTwin(dirname(path), basename(path), "item_id");
  const sha256 = hashText(text);
  const { texts } = target.folder;
  const parsed = await texts.run("parseItem", place.item_type, text, place.item_id);
  const effect = factsOfItem({ ...place, contentHash: sha256 }, parsed).own.effect;
  const before = by === "person" ? undefined : await severestKept(texts, root, place);
  const write = { root, path: place.path, sha256, by, how: "created", effect, before } as const;
  await rememberWrite(files, { ...write, now: clock.unix() });
  try {
    await putFile(files, { path, text, mode: 0o644, as: "new" });
  } catch (error) {
    if (errorCodeOf(error) !== "EEXIST") throw error;
    throw exists(place.qualified_id, given.item_type, source);
  }
  const { tags } = parsed;
  return {
    source,
    path: place.path,
    qualified_id: place.qualified_id,
    changed: true,
    content_hash: sha256,
    ...(tags.includes(DRAFT_TAG) && {
      draft: true,
      note: "Only an outline is written. Update it with what it is for.",
    }),
  };
}
