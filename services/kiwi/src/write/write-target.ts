import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { WritingFiles } from "@lilux/files";
import { resolveItem } from "@lilux/library-index";
import { type ExecuteArguments, LiluxError } from "@lilux/protocol";
import { fieldProblem } from "../files/field-problem.ts";
import { findPlace, inKnownFolder } from "../library/find-place.ts";
import { type ItemPlace, itemPlaceOf } from "../library/item-place.ts";
import type { Library } from "../library/library.ts";
import type { SourceFolder } from "../library/source-folder.ts";
import { newPlace } from "./new-place.ts";
import type { WriteParameters } from "./read-parameters.ts";

/** The one file a write is about. */
export interface WriteTarget {
  source: "project" | "user";
  folder: SourceFolder;
  place: ItemPlace;
}

type Wanted = Pick<ExecuteArguments, "item_type" | "item_id">;

/** Where a create goes: the project, unless it says otherwise. */
export function newTarget(
  library: Library,
  wanted: Wanted,
  { category, place = "project" }: WriteParameters,
): WriteTarget {
  const target = targetIn(library, place, newPlace(wanted, category));
  return { ...target, place: inKnownFolder(target.folder, target.place) };
}

/**
 * The item an update or delete names, found as a load finds it. A file that
 * cannot be read is found as well when `evenBroken`: it can be replaced or
 * removed. Items of the registry are their publishers'.
 */
export function existingTarget(
  library: Library,
  { item_type, item_id }: Wanted,
  { place: source, evenBroken }: { place: WriteParameters["place"]; evenBroken: boolean },
): WriteTarget {
  const found = locate(library, { item_type, item_id, source }, evenBroken);
  if (found.source === "registry") {
    throw fieldProblem(
      "item_id",
      "names an item of the registry, which only its publisher changes",
    );
  }
  return targetIn(library, found.source, found.place);
}

function locate(
  library: Library,
  wanted: Wanted & { source: WriteParameters["place"] },
  evenBroken: boolean,
): { source: "project" | "user" | "registry"; place: ItemPlace } {
  try {
    const item = resolveItem(library, wanted);
    const { source } = item;
    const place = findPlace(library.source(source), item);
    if (place === undefined) throw fieldProblem("item_id", "names no file of the library");
    return { source, place };
  } catch (error) {
    const isBroken = error instanceof LiluxError && error.code === "item_broken";
    const { path, source } = (isBroken ? error.details : undefined) ?? {};
    const place = typeof path === "string" ? itemPlaceOf(path) : undefined;
    if (!evenBroken || place === undefined) throw error;
    if (source !== "project" && source !== "user") throw error;
    return { source, place };
  }
}

function targetIn(library: Library, source: "project" | "user", place: ItemPlace): WriteTarget {
  const folder = library.source(source);
  if (folder !== undefined) return { source, folder, place };
  throw fieldProblem("destination", `is ${source}, which this tenant does not have; use project`);
}

/** The real path of the library's `.ai`, made when there is none yet. */
export async function ensureRoot(files: WritingFiles, { folder }: WriteTarget): Promise<string> {
  const known = await folder.root();
  if (known !== undefined) return known;
  await files.mkdir(join(folder.folder, ".ai"), { recursive: true });
  return realpath(join(folder.folder, ".ai"));
}
