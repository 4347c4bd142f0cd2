import { randomBytes } from "node:crypto";
import {
  type Catalogue,
  createItemCatalogue,
  createLibraryIndex,
  type ItemChange,
  type LibraryIndex,
} from "@lilux/library-index";
import type { ItemList, ItemSource, ItemSummary, LibraryPosition } from "@lilux/protocol";
import { INLINE_TEXT_WORK, type TextWork } from "../texts/text-work.ts";
import { createEffectBook, type EffectBook } from "./effect-book.ts";
import type { RecordChange, SourceFolder } from "./source-folder.ts";

export interface LibraryUpdate {
  /** The version before it. */
  before: string;
  version: string;
  position: LibraryPosition;
  /** What appeared, changed or went, each key once, as it is now. */
  changes: ItemChange[];
  durationMs: number;
}

export interface Library extends Catalogue {
  readonly version: string;
  /** Of the winning items. */
  readonly index: LibraryIndex;
  /** The winning item of a key (`item_type:qualified_id`). */
  item(key: string): ItemSummary | undefined;
  source(source: ItemSource): SourceFolder | undefined;
  /** What its texts are read with. */
  readonly texts: TextWork;
  /** The item that lies at a path of a source, as it is listed. */
  itemAt(source: ItemSource, path: string): ItemSummary | undefined;
  /** The classes of its items. */
  readonly effects: Pick<EffectBook, "effectOf" | "reachedFrom">;
  list(): ItemList;
  /** Reads the folders again, all or the given paths of one; undefined when nothing changed. */
  update(source?: ItemSource, paths?: ReadonlySet<string>): Promise<LibraryUpdate | undefined>;
}

/** Changes taken in between two looks at other work: a few milliseconds. */
const CHANGES_AT_ONCE = 100;
/** More are found by their words only: 400 bytes an item. */
const EMBEDDED_MAX = 200_000;

/**
 * The items of several sources as one: the first source that has a key wins it.
 * `onUpdate` is told of every change once, whoever had the folders read again.
 */
export function createLibrary(
  sources: readonly SourceFolder[],
  onUpdate: (update: LibraryUpdate) => void = () => undefined,
): Library {
  const index = createLibraryIndex({ embeddedMax: EMBEDDED_MAX });
  const catalogue = createItemCatalogue(sources.map(({ source }) => source));
  const effects = createEffectBook();
  const epoch = randomBytes(9).toString("base64url");
  let sequence = 0;
  let work: Promise<unknown> = Promise.resolve();

  async function scan(
    source: ItemSource | undefined,
    paths: ReadonlySet<string> | undefined,
  ): Promise<LibraryUpdate | undefined> {
    for (const folder of sources) {
      if (source === undefined || folder.source === source) await folder.scan(paths);
    }
    const changes = sources.flatMap((folder) => folder.takeChanges());
    if (changes.length === 0) return undefined;
    const before = catalogue.version;
    const { changed, durationMs } = await take(changes);
    const { version } = catalogue;
    sequence += 1;
    const update: LibraryUpdate = {
      before,
      version,
      position: { epoch, sequence },
      changes: [...changed].map((key) => ({ key, item: catalogue.winner(key) })),
      durationMs,
    };
    onUpdate(update);
    return update;
  }

  /** A few at a time, so that a large library does not keep others waiting while it is read. */
  async function take(
    changes: readonly RecordChange[],
  ): Promise<{ changed: ReadonlySet<string>; durationMs: number }> {
    const changed = new Set<string>();
    let durationMs = 0;
    for (let from = 0; from < changes.length; from += CHANGES_AT_ONCE) {
      if (from > 0) await new Promise(setImmediate);
      const startedAt = performance.now();
      const won = catalogue.apply(effects.apply(changes.slice(from, from + CHANGES_AT_ONCE)));
      index.apply(won);
      for (const { key } of won) changed.add(key);
      durationMs += performance.now() - startedAt;
    }
    return { changed, durationMs };
  }

  return {
    index,
    texts: sources[0]?.texts ?? INLINE_TEXT_WORK,
    get version() {
      return catalogue.version;
    },
    get items() {
      return catalogue.items;
    },
    get broken() {
      return catalogue.broken;
    },
    byId: catalogue.byId,
    item: (key) => catalogue.winner(key),
    source: (source) => sources.find((folder) => folder.source === source),
    itemAt: (source, path) =>
      effects.summaryOf(sources.find((folder) => folder.source === source)?.records.get(path)),
    effects,
    list: () => ({
      version: catalogue.version,
      position: { epoch, sequence },
      items: [...catalogue.winners],
      broken: [...catalogue.broken],
    }),
    update(source, paths) {
      const next = work.then(() => scan(source, paths));
      work = next.catch(() => undefined);
      return next;
    },
  };
}
