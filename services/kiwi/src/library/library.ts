import { createHash } from "node:crypto";
import { createLexicalIndex, type LexicalIndex } from "@lilux/core";
import type { BrokenItem, ItemList, ItemSource, ItemSummary } from "@lilux/protocol";
import { type Catalogue, catalogueKey } from "./resolve-item.ts";
import type { SourceFolder } from "./source-folder.ts";

export interface LibraryUpdate {
  version: string;
  /** `item_type:qualified_id` of what appeared, changed or went. */
  changed: string[];
  durationMs: number;
}

export interface Library extends Catalogue {
  readonly version: string;
  readonly index: LexicalIndex;
  /** The winning item of a key (`item_type:qualified_id`). */
  item(key: string): ItemSummary | undefined;
  source(source: ItemSource): SourceFolder | undefined;
  list(): ItemList;
  /** Reads the folders again, all or the given paths of one; undefined when nothing changed. */
  update(source?: ItemSource, paths?: ReadonlySet<string>): Promise<LibraryUpdate | undefined>;
}

/**
 * The items of several sources as one: the first source that has a key wins it.
 * `onUpdate` is told of every change once, whoever had the folders read again.
 */
export function createLibrary(
  sources: readonly SourceFolder[],
  onUpdate: (update: LibraryUpdate) => void = () => undefined,
): Library {
  const index = createLexicalIndex();
  let winners = new Map<string, ItemSummary>();
  let items: ItemSummary[] = [];
  let broken: BrokenItem[] = [];
  let byId = new Map<string, ItemSummary[]>();
  let version = versionOf(winners, broken);
  let work: Promise<unknown> = Promise.resolve();

  function rebuild(): string[] {
    items = itemsOf(sources);
    broken = brokenOf(sources);
    byId = groupById(items);
    const before = winners;
    winners = winnersOf(items);
    version = versionOf(winners, broken);
    return syncIndex(index, before, winners);
  }

  async function scan(
    source: ItemSource | undefined,
    paths: ReadonlySet<string> | undefined,
  ): Promise<LibraryUpdate | undefined> {
    let changed = false;
    for (const folder of sources) {
      if (source !== undefined && folder.source !== source) continue;
      changed = (await folder.scan(paths)) || changed;
    }
    if (!changed) return undefined;
    const startedAt = performance.now();
    const keys = rebuild();
    const update = { version, changed: keys, durationMs: performance.now() - startedAt };
    onUpdate(update);
    return update;
  }

  return {
    index,
    get version() {
      return version;
    },
    get items() {
      return items;
    },
    get broken() {
      return broken;
    },
    get byId() {
      return byId;
    },
    item: (key) => winners.get(key),
    source: (source) => sources.find((folder) => folder.source === source),
    list: () => ({ version, items: [...winners.values()], broken }),
    update(source, paths) {
      const next = work.then(() => scan(source, paths));
      work = next.catch(() => undefined);
      return next;
    },
  };
}

export function keyOf(item: ItemSummary): string {
  return catalogueKey(item.item_type, item.qualified_id);
}

function itemsOf(sources: readonly SourceFolder[]): ItemSummary[] {
  return sources.flatMap((source) =>
    [...source.records.values()]
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .flatMap((record) => record.summary ?? []),
  );
}

function brokenOf(sources: readonly SourceFolder[]): BrokenItem[] {
  return sources.flatMap((source) =>
    [...source.records.values()]
      .flatMap((record) => record.broken ?? [])
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
}

function winnersOf(items: readonly ItemSummary[]): Map<string, ItemSummary> {
  const winners = new Map<string, ItemSummary>();
  for (const item of items) {
    const key = keyOf(item);
    if (!winners.has(key)) winners.set(key, item);
  }
  return new Map([...winners].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function groupById(items: readonly ItemSummary[]): Map<string, ItemSummary[]> {
  const groups = new Map<string, ItemSummary[]>();
  for (const item of items) {
    for (const id of new Set([item.item_id, item.qualified_id])) {
      const key = catalogueKey(item.item_type, id);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
}

function syncIndex(
  index: LexicalIndex,
  before: ReadonlyMap<string, ItemSummary>,
  after: ReadonlyMap<string, ItemSummary>,
): string[] {
  const changed: string[] = [];
  for (const key of before.keys()) {
    if (after.has(key)) continue;
    index.remove(key);
    changed.push(key);
  }
  for (const [key, item] of after) {
    const old = before.get(key);
    if (old?.content_hash === item.content_hash && old.source === item.source) continue;
    const { item_type, item_id, name, description, tags, category, inputs } = item;
    const inputNames = inputs.map((input) => input.name);
    index.put({
      key,
      item_type,
      id: item_id,
      name,
      description,
      tags,
      category,
      inputs: inputNames,
    });
    changed.push(key);
  }
  return changed;
}

function versionOf(
  winners: ReadonlyMap<string, ItemSummary>,
  broken: readonly BrokenItem[],
): string {
  const lines: string[] = [];
  for (const [key, item] of winners) lines.push(`${key} ${item.source} ${item.content_hash}`);
  for (const { source, path, line, cause } of broken) {
    lines.push(`broken ${source} ${path} ${line} ${cause}`);
  }
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 32);
}
