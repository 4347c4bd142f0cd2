import type { Grant, LoadArguments, LoadResult } from "@lilux/protocol";
import { assertGranted } from "../access/assert-granted.ts";
import type { LoadDeps } from "./load-deps.ts";
import { loadItem } from "./load-item.ts";

/**
 * `load` under a directive's grants. They are matched on what the id turns out to
 * name, so it is opened first; nothing is copied, nor shown, before they permit
 * it. Throws `permission_denied`.
 */
export async function loadGranted(
  deps: LoadDeps,
  given: LoadArguments,
  grants: readonly Grant[] | undefined,
): Promise<LoadResult> {
  if (grants === undefined) return loadItem(deps, given);
  const { destination, ...reading } = given;
  const opened = await loadItem(deps, reading);
  assertGranted(grants, { name: "load", arguments: given }, opened.item);
  return destination === undefined ? opened : loadItem(deps, given);
}
