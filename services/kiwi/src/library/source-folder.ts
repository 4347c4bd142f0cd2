import type { Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { WritingFiles } from "@lilux/files";
import {
  type BrokenItem,
  type ItemSource,
  type ItemSummary,
  type ItemType,
  LiluxError,
} from "@lilux/protocol";
import { originOf, provenanceOf } from "../provenance/content-origin.ts";
import { PROVENANCE_FOLDER, readRecord } from "../provenance/provenance-file.ts";
import { INLINE_TEXT_WORK, type TextWork } from "../texts/text-work.ts";
import { brokenItem, isMissing } from "./broken-item.ts";
import type { FileFacts } from "./facts-of-item.ts";
import { findFiles } from "./find-files.ts";
import { type ItemPlace, isPulledPath, itemPlaceOf, lockPathOf } from "./item-place.ts";
import type { KeepAct } from "./library-home.ts";
import { assertName, misnamedPlaceOf } from "./misnamed-files.ts";
import { isSettled, leavesTheRoot, readItemFile, stampOf } from "./read-item-file.ts";
import { summariseItem } from "./summarise-item.ts";

/** A file of a source as last read. */
export interface FileRecord {
  /** `item_type:qualified_id`. */
  key: string;
  place: ItemPlace;
  stamp: string;
  /** Whether any later change of the file would show in its stamp. */
  isSettled: boolean;
  /** With the class that the item has by itself; the library knows what it leads to. */
  summary: ItemSummary | undefined;
  facts: FileFacts | undefined;
  broken: BrokenItem | undefined;
}

/** What was at a path, and what is now. */
export interface RecordChange {
  before: FileRecord | undefined;
  after: FileRecord | undefined;
}

export interface SourceFolder {
  readonly source: ItemSource;
  /** The folder that holds `.ai`. */
  readonly folder: string;
  /** What its texts are read with. */
  readonly texts: TextWork;
  /** By path; the current state. */
  readonly records: ReadonlyMap<string, FileRecord>;
  /** Reads what changed since, or the given paths whether they seem changed or not. One at a time. */
  scan(only?: ReadonlySet<string>): Promise<void>;
  /**
   * Which of the files that have another name (links, hard links) changed since
   * they were read: a change through the other name shows nowhere beside this one.
   */
  changedElsewhere(): Promise<ReadonlySet<string>>;
  /** What changed and was not taken yet, oldest first; also when a scan failed half-way. */
  takeChanges(): RecordChange[];
  /** The real path of its `.ai`; undefined when there is none. */
  root(): Promise<string | undefined>;
  /** Runs what changes an item's files, so that it lasts where the library lives or leaves nothing. */
  readonly keep: KeepAct;
  /** What is written here with: these, unless another tool core may hold the library by now. */
  filesOf(files: WritingFiles): WritingFiles;
}

/** Files in work at once: enough to keep the disk busy, few enough to keep the loop free. */
const READS_AT_ONCE = 16;
/** Files with another name that are looked at at once; with more of them, each has its turn. */
const SHARED_AT_ONCE = 500;
/** The stamp of a link that leads out of the library. */
const ESCAPE = "escape";

interface Look {
  /** Something was heard of this very file. */
  isNamed: boolean;
  /** Whether anything at all is on record of where texts come from. */
  hasRecords: boolean;
}

export interface SourceFolderDeps {
  texts?: TextWork;
  /** Throws for a pulled file that is not what was signed. */
  vouch?: Vouch;
  /** The folder itself is where the library lives, unless told. */
  keep?: KeepAct;
  filesOf?: ((files: WritingFiles) => WritingFiles) | undefined;
}

const keepHere: KeepAct = (_act, work) => work();

export type Vouch = (file: { root: string; path: string; text: string }) => Promise<void>;

export function createSourceFolder(
  source: ItemSource,
  folder: string,
  {
    texts = INLINE_TEXT_WORK,
    vouch = async () => undefined,
    keep = keepHere,
    filesOf = (files) => files,
  }: SourceFolderDeps = {},
): SourceFolder {
  const records = new Map<string, FileRecord>();
  /** Paths of items that are links, and of those and others that have a second name. */
  let links: ReadonlySet<string> = new Set();
  const shared = new Set<string>();
  let changes: RecordChange[] = [];

  async function root(): Promise<string | undefined> {
    return realpath(join(folder, ".ai")).catch(() => undefined);
  }

  function replace(path: string, after: FileRecord | undefined): void {
    const before = records.get(path);
    if (after === undefined) records.delete(path);
    else records.set(path, after);
    if (before !== undefined || after !== undefined) changes.push({ before, after });
  }

  /** Updates the record of one path. */
  async function refresh(
    at: string,
    place: ItemPlace,
    { isNamed, hasRecords }: Look,
  ): Promise<void> {
    const { path } = place;
    const known = records.get(path);
    const stats = await stat(join(at, path)).catch(() => undefined);
    if (stats === undefined) {
      if (!links.has(path)) shared.delete(path);
      return replace(path, undefined);
    }
    if (stats.nlink > 1) shared.add(path);
    const stamp = await stampAt(at, path, stats);
    const isUnchanged = known?.stamp === stamp && known.isSettled;
    if (isUnchanged && !isNamed) return;
    const state = { stamp, isSettled: isSettled(stats, Date.now()) };
    const record = await readFileRecord(
      { texts, vouch },
      { root: at, place, source, hasRecords, ...state },
      known,
    );
    if (known !== undefined && record !== undefined && isSame(known, record)) {
      Object.assign(known, state);
    } else {
      replace(path, record);
    }
  }

  async function scanAll(at: string): Promise<void> {
    const { paths, escapes, links: found } = await findFiles(at);
    links = new Set(found.filter((path) => itemPlaceOf(path) !== undefined));
    shared.clear();
    for (const path of links) shared.add(path);
    const present = new Set([...paths, ...escapes]);
    for (const path of [...records.keys()]) if (!present.has(path)) replace(path, undefined);
    for (const path of escapes) {
      if (records.get(path)?.stamp !== ESCAPE) replace(path, escapeOf(path, source));
    }
    await refreshAll(paths, at, false);
  }

  async function refreshAll(paths: Iterable<string>, at: string, isNamed: boolean): Promise<void> {
    const places = [...paths].flatMap((path) => itemPlaceOf(path) ?? misnamedPlaceOf(path) ?? []);
    const hasRecords =
      (await stat(join(at, PROVENANCE_FOLDER)).catch(() => undefined)) !== undefined;
    for (let from = 0; from < places.length; from += READS_AT_ONCE) {
      const batch = places.slice(from, from + READS_AT_ONCE);
      await Promise.all(batch.map((place) => refresh(at, place, { isNamed, hasRecords })));
    }
  }

  return {
    source,
    texts,
    folder,
    records,
    root,
    keep,
    filesOf,
    async scan(only) {
      const at = await root();
      if (at === undefined) for (const path of [...records.keys()]) replace(path, undefined);
      else if (only === undefined) await scanAll(at);
      else await refreshAll(only, at, true);
    },
    async changedElsewhere() {
      const at = await root();
      const changed = new Set<string>();
      if (at === undefined) return changed;
      for (const path of [...shared].slice(0, SHARED_AT_ONCE)) {
        // To the end of the line.
        shared.delete(path);
        shared.add(path);
        const stats = await stat(join(at, path)).catch(() => undefined);
        const stamp = stats?.isFile() === true ? await stampAt(at, path, stats) : undefined;
        const known = records.get(path)?.stamp;
        if (stamp !== known && known !== ESCAPE) changed.add(path);
      }
      return changed;
    },
    takeChanges() {
      const taken = changes;
      changes = [];
      return taken;
    },
  };
}

/** Of a pulled file with that of its lock, without which it is nothing. */
async function stampAt(root: string, path: string, stats: Stats): Promise<string> {
  if (!isPulledPath(path)) return stampOf(stats);
  const lock = await stat(join(root, lockPathOf(path))).catch(() => undefined);
  return `${stampOf(stats)}|${lock === undefined ? "" : stampOf(lock)}`;
}

function isSame(before: FileRecord, after: FileRecord): boolean {
  return (
    before.summary?.content_hash === after.summary?.content_hash &&
    before.facts === after.facts &&
    JSON.stringify(before.broken) === JSON.stringify(after.broken)
  );
}

/** A link out of the library is listed as broken, under the type of the folder it lies in. */
function escapeOf(path: string, source: ItemSource): FileRecord {
  const place = itemPlaceOf(path) ?? placeOfFolder(path);
  const broken = brokenItem(place, source, leavesTheRoot());
  return {
    key: keyOfPlace(place),
    place,
    stamp: ESCAPE,
    isSettled: true,
    summary: undefined,
    facts: undefined,
    broken,
  };
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

interface FileToRead {
  root: string;
  place: ItemPlace;
  source: ItemSource;
  hasRecords: boolean;
  stamp: string;
  isSettled: boolean;
}

/** Undefined when the file went away meanwhile. What was read of the same text before is kept. */
async function readFileRecord(
  { texts, vouch }: Required<Pick<SourceFolderDeps, "texts" | "vouch">>,
  { root, place, source, hasRecords, ...state }: FileToRead,
  known: FileRecord | undefined,
): Promise<FileRecord | undefined> {
  const key = keyOfPlace(place);
  try {
    assertName(place);
    const { text, contentHash } = await readItemFile(root, place.path);
    if (isPulledPath(place.path)) await vouch({ root, path: place.path, text });
    const record = hasRecords ? await readRecord(root, place.path) : undefined;
    const origin = originOf(record, contentHash);
    const before = known?.summary;
    const provenance = origin === undefined ? undefined : provenanceOf(origin);
    const isKnown =
      before?.content_hash === contentHash && isDeepStrictEqual(before.provenance, provenance);
    const { facts } = known ?? {};
    if (isKnown) return { key, place, ...state, summary: before, facts, broken: undefined };
    const read = await summariseItem(texts, { place, source, text, contentHash }, origin);
    return { key, place, ...state, ...read, broken: undefined };
  } catch (error) {
    if (isMissing(error)) return undefined;
    const broken = brokenItem(place, source, error);
    const record = { key, place, ...state, summary: undefined, facts: undefined, broken };
    // Nobody had time to read it: the next look tries again.
    return error instanceof LiluxError ? { ...record, isSettled: false } : record;
  }
}

function keyOfPlace({ item_type, qualified_id }: ItemPlace): string {
  return `${item_type}:${qualified_id}`;
}
