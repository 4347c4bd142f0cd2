import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BrokenItem, ItemSource, ItemSummary, ItemType } from "@lilux/protocol";
import { ParseFailure } from "../parse/parse-failure.ts";
import { parseItem } from "../parse/parse-item.ts";
import { findFiles } from "./find-files.ts";
import { type ItemPlace, itemPlaceOf } from "./item-place.ts";
import { leavesTheRoot, readItemFile, stampOf } from "./read-item-file.ts";

/** A file of a source as last read. */
export interface FileRecord {
  /** `item_type:qualified_id`. */
  key: string;
  place: ItemPlace;
  stamp: string;
  summary: ItemSummary | undefined;
  broken: BrokenItem | undefined;
}

export interface SourceFolder {
  readonly source: ItemSource;
  /** The folder that holds `.ai`. */
  readonly folder: string;
  /** By path; the current state. */
  readonly records: ReadonlyMap<string, FileRecord>;
  /** Reads what changed since, or only the given paths. Whether anything did. One at a time. */
  scan(only?: ReadonlySet<string>): Promise<boolean>;
  /** The real path of its `.ai`; undefined when there is none. */
  root(): Promise<string | undefined>;
}

/** Files in work at once: enough to keep the disk busy, few enough to keep the loop free. */
const READS_AT_ONCE = 16;

export function createSourceFolder(source: ItemSource, folder: string): SourceFolder {
  const records = new Map<string, FileRecord>();

  async function root(): Promise<string | undefined> {
    return realpath(join(folder, ".ai")).catch(() => undefined);
  }

  /** Updates the record of one path; whether it changed. */
  async function refresh(at: string, place: ItemPlace): Promise<boolean> {
    const known = records.get(place.path);
    const stats = await stat(join(at, place.path)).catch(() => undefined);
    if (stats === undefined) return records.delete(place.path);
    if (known !== undefined && known.stamp === stampOf(stats)) return false;
    const record = await readRecord({ root: at, place, source, stamp: stampOf(stats) });
    if (record === undefined) return records.delete(place.path);
    records.set(place.path, record);
    return !isSame(known, record);
  }

  async function scanAll(at: string): Promise<boolean> {
    const { paths, escapes } = await findFiles(at);
    const present = new Set([...paths, ...escapes]);
    let changed = false;
    for (const path of [...records.keys()]) {
      if (!present.has(path)) changed = records.delete(path) || changed;
    }
    for (const path of escapes) changed = noteEscape(records, path, source) || changed;
    return (await refreshAll(paths, at)) || changed;
  }

  async function refreshAll(paths: Iterable<string>, at: string): Promise<boolean> {
    let changed = false;
    const places = [...paths].flatMap((path) => itemPlaceOf(path) ?? []);
    for (let from = 0; from < places.length; from += READS_AT_ONCE) {
      const batch = places.slice(from, from + READS_AT_ONCE);
      const results = await Promise.all(batch.map((place) => refresh(at, place)));
      changed ||= results.includes(true);
    }
    return changed;
  }

  return {
    source,
    folder,
    records,
    root,
    async scan(only) {
      const at = await root();
      if (at === undefined) {
        const changed = records.size > 0;
        records.clear();
        return changed;
      }
      return only === undefined ? scanAll(at) : refreshAll(only, at);
    },
  };
}

function isSame(before: FileRecord | undefined, after: FileRecord): boolean {
  if (before === undefined) return false;
  return (
    before.summary?.content_hash === after.summary?.content_hash &&
    JSON.stringify(before.broken) === JSON.stringify(after.broken)
  );
}

/** A link out of the library is listed as broken, under the type of the folder it lies in. */
function noteEscape(records: Map<string, FileRecord>, path: string, source: ItemSource): boolean {
  if (records.get(path)?.stamp === "escape") return false;
  const place = itemPlaceOf(path) ?? placeOfFolder(path);
  const broken = brokenItem(place, source, leavesTheRoot());
  records.set(path, { key: keyOfPlace(place), place, stamp: "escape", summary: undefined, broken });
  return true;
}

const TYPE_OF_FOLDER: Readonly<Record<string, ItemType>> = {
  directives: "directive",
  scripts: "script",
  knowledge: "knowledge",
};

function placeOfFolder(path: string): ItemPlace {
  const [kind = "", ...rest] = path.split("/");
  const qualified_id = rest.join("/");
  const item_type = TYPE_OF_FOLDER[kind] ?? "directive";
  return { item_type, item_id: rest.at(-1) ?? kind, category: "", qualified_id, path };
}

/** Undefined when the file went away meanwhile. */
async function readRecord(file: {
  root: string;
  place: ItemPlace;
  source: ItemSource;
  stamp: string;
}): Promise<FileRecord | undefined> {
  const { root, place, source, stamp } = file;
  const key = keyOfPlace(place);
  try {
    const { text, contentHash } = await readItemFile(root, place.path);
    const summary = summarise(place, source, text, contentHash);
    return { key, place, stamp, summary, broken: undefined };
  } catch (error) {
    if (isMissing(error)) return undefined;
    return { key, place, stamp, summary: undefined, broken: brokenItem(place, source, error) };
  }
}

function keyOfPlace({ item_type, qualified_id }: ItemPlace): string {
  return `${item_type}:${qualified_id}`;
}

function summarise(
  place: ItemPlace,
  source: ItemSource,
  text: string,
  content_hash: string,
): ItemSummary {
  const { item_type, item_id, qualified_id, category } = place;
  const { name, description, version, tags, inputs, effect } = parseItem(item_type, text, item_id);
  return {
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
    effect,
    content_hash,
  };
}

/** Why a file is no item, for people. What the system says stays out of it, but for its code. */
export function brokenItem(place: ItemPlace, source: ItemSource, error: unknown): BrokenItem {
  const failure =
    error instanceof ParseFailure
      ? error
      : new ParseFailure({
          cause: `the file cannot be read (${errorCode(error) ?? "unexpected problem"})`,
          fix: "Check that it exists and that the server may read it.",
        });
  const { line, column, fix } = failure;
  return {
    item_type: place.item_type,
    source,
    path: place.path,
    line,
    column,
    cause: failure.message,
    fix,
  };
}

export function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
