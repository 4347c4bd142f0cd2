import type { LoadArguments, LoadResult } from "@lilux/protocol";
import { notAvailableYet } from "../door/not-available-yet.ts";
import type { Library } from "../library/library.ts";
import { copyItem } from "./copy-item.ts";
import { type OpenedItem, openItem } from "./open-item.ts";

/** What `load` answers: everything about an item. With a destination it is also copied there. */
export async function loadItem(library: Library, given: LoadArguments): Promise<LoadResult> {
  const { item_type, item_id, source, destination, version } = given;
  if (source === "registry") {
    throw notAvailableYet("Loading from the registry", "Use source project or user.");
  }
  if (version !== undefined) {
    throw notAvailableYet("Loading an older version", "Leave version out to load the current one.");
  }
  const opened = await openItem(library, { item_type, item_id, source });
  if (destination === undefined || destination === opened.item.source) {
    return resultOf(opened, "read_only");
  }
  const item = await copyItem(library, opened, destination);
  return resultOf({ ...opened, item }, "copied");
}

function resultOf({ item, parsed, text, path }: OpenedItem, mode: LoadResult["mode"]): LoadResult {
  const { permissions, steps, outputs, modelClass } = parsed;
  return { item, mode, path, content: text, permissions, steps, outputs, model_class: modelClass };
}
