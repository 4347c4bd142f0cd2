import type { BrokenItem, ItemSource, ItemSummary } from "@lilux/protocol";
import type { ItemChange } from "./item-change.ts";
import { catalogueKey, keyOf } from "./item-key.ts";
import { createSetDigest } from "./set-digest.ts";

/** What stands at one path of a source: an item, or why it is none. */
export interface Standing {
  summary: ItemSummary | undefined;
  broken: BrokenItem | undefined;
}

/** One path's change. */
export interface StandingChange {
  before: Standing | undefined;
  after: Standing | undefined;
}

/**
 * The items of several sources as one catalogue, kept up change by change: what
 * a change costs does not grow with the library. Lists are sorted when asked
 * for, and kept until the next change.
 */
export interface ItemCatalogue {
  /** Changes whenever any item or broken file does; equal for equal content. */
  readonly version: string;
  /** Of every source, project before user, each by key. */
  readonly items: readonly ItemSummary[];
  /** One per key, by key. */
  readonly winners: readonly ItemSummary[];
  readonly broken: readonly BrokenItem[];
  /** Under bare and qualified ids, in no order. */
  readonly byId: ReadonlyMap<string, readonly ItemSummary[]>;
  winner(key: string): ItemSummary | undefined;
  apply(changes: readonly StandingChange[]): ItemChange[];
}

/** `sources`: the first that has a key wins it. */
export function createItemCatalogue(sources: readonly ItemSource[]): ItemCatalogue {
  return new Items(sources);
}

class Items implements ItemCatalogue {
  readonly #sources: readonly ItemSource[];
  readonly #byKey = new Map<string, ItemSummary[]>();
  readonly #byId = new Map<string, ItemSummary[]>();
  readonly #broken = new Set<BrokenItem>();
  readonly #digest = createSetDigest();
  #lists: { items?: ItemSummary[]; winners?: ItemSummary[]; broken?: BrokenItem[] } = {};

  constructor(sources: readonly ItemSource[]) {
    this.#sources = sources;
  }

  get version(): string {
    return this.#digest.value();
  }

  get byId(): ReadonlyMap<string, readonly ItemSummary[]> {
    return this.#byId;
  }

  get winners(): readonly ItemSummary[] {
    this.#lists.winners ??= [...this.#byKey]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, held]) => held.slice(0, 1));
    return this.#lists.winners;
  }

  get items(): readonly ItemSummary[] {
    this.#lists.items ??= [...this.#byKey]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, held]) => held)
      .sort((a, b) => this.#rank(a) - this.#rank(b));
    return this.#lists.items;
  }

  get broken(): readonly BrokenItem[] {
    this.#lists.broken ??= [...this.#broken].sort(
      (a, b) => this.#rank(a) - this.#rank(b) || (a.path < b.path ? -1 : 1),
    );
    return this.#lists.broken;
  }

  winner(key: string): ItemSummary | undefined {
    return this.#byKey.get(key)?.[0];
  }

  apply(changes: readonly StandingChange[]): ItemChange[] {
    this.#lists = {};
    const before = new Map<string, ItemSummary | undefined>();
    for (const change of changes) {
      for (const standing of [change.before, change.after]) {
        if (standing?.summary === undefined) continue;
        const key = keyOf(standing.summary);
        if (!before.has(key)) before.set(key, this.winner(key));
      }
      this.#remove(change.before);
      this.#add(change.after);
    }
    const touched = [...before].sort(([a], [b]) => (a < b ? -1 : 1));
    return touched.flatMap(([key, was]) => this.#changeOf(key, was));
  }

  #changeOf(key: string, was: ItemSummary | undefined): ItemChange[] {
    const item = this.winner(key);
    if (was !== undefined) this.#digest.remove(lineOf(key, was));
    if (item !== undefined) this.#digest.add(lineOf(key, item));
    const isSame =
      was !== undefined && item !== undefined && lineOf(key, was) === lineOf(key, item);
    return isSame || was === item ? [] : [{ key, item }];
  }

  #add(standing: Standing | undefined): void {
    if (standing?.broken !== undefined) {
      this.#broken.add(standing.broken);
      this.#digest.add(brokenLineOf(standing.broken));
    }
    const { summary } = standing ?? {};
    if (summary === undefined) return;
    const key = keyOf(summary);
    const held = [...(this.#byKey.get(key) ?? []), summary];
    this.#byKey.set(
      key,
      held.sort((a, b) => this.#rank(a) - this.#rank(b)),
    );
    for (const id of idsOf(summary)) {
      const sharing = this.#byId.get(id);
      if (sharing === undefined) this.#byId.set(id, [summary]);
      else sharing.push(summary);
    }
  }

  #remove(standing: Standing | undefined): void {
    if (standing?.broken !== undefined && this.#broken.delete(standing.broken)) {
      this.#digest.remove(brokenLineOf(standing.broken));
    }
    const { summary } = standing ?? {};
    if (summary === undefined) return;
    letGo(this.#byKey, keyOf(summary), summary);
    for (const id of idsOf(summary)) letGo(this.#byId, id, summary);
  }

  #rank({ source }: { source: ItemSource }): number {
    return this.#sources.indexOf(source);
  }
}

/** An item is found under its bare and its qualified id. */
function idsOf({ item_type, item_id, qualified_id }: ItemSummary): Set<string> {
  return new Set([catalogueKey(item_type, item_id), catalogueKey(item_type, qualified_id)]);
}

function letGo(map: Map<string, ItemSummary[]>, name: string, item: ItemSummary): void {
  const held = map.get(name) ?? [];
  const place = held.indexOf(item);
  if (place >= 0) held.splice(place, 1);
  if (held.length === 0) map.delete(name);
}

/** The text, and what is known of it besides: an item's class changes with those it leads to. */
function lineOf(
  key: string,
  { source, content_hash, effect, effect_reason = "", provenance }: ItemSummary,
): string {
  const known = provenance === undefined ? "" : JSON.stringify(provenance);
  return [key, source, content_hash, effect, effect_reason, known].join(" ");
}

function brokenLineOf({ source, path, line, cause }: BrokenItem): string {
  return `broken ${source} ${path} ${line} ${cause}`;
}
