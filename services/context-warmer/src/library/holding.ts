import type { WarmLibrary } from "@lilux/core/warming";
import type { ItemChange } from "@lilux/library-index";
import type { ContextCandidate, ItemSummary } from "@lilux/protocol";
import {
  createLibrarySignals,
  type LibrarySignals,
  type SignalItem,
} from "../decide/library-signals.ts";
import type { ItemReference } from "../decide/same-item.ts";

/** What of an item a context tells: its schema is at hand before anybody asks for it. */
type HeldItem = SignalItem &
  Pick<ItemSummary, "item_type" | "qualified_id" | "description" | "inputs">;

/** A library as far as warming needs it, kept up with its changes. */
export interface Holding extends WarmLibrary {
  readonly signals: LibrarySignals;
  apply(changes: Iterable<ItemChange>): void;
  /** By bare or qualified id; undefined for one that names none or several. */
  keyOf(item: ItemReference): string | undefined;
  /** Undefined for an item that is gone; its schema is told where it is asked for. */
  candidateOf(
    key: string,
    told: { score: number; withInputs: boolean },
  ): ContextCandidate | undefined;
  /** The items a text names by an id that could be no ordinary word. */
  namedIn(text: string): string[];
}

const DESCRIPTION_CHARACTERS_MAX = 280;
const NAMED_TEXT_CHARACTERS_MAX = 20_000;
const NONE: ReadonlySet<string> = new Set();

export function createHolding(): Holding {
  const signals = createLibrarySignals();
  const items = new Map<string, HeldItem>();
  const folders = createKeySets();
  const bareIds = createKeySets();

  function put(key: string, item: ItemSummary): void {
    const { item_type, item_id, qualified_id, name, category, tags, inputs } = item;
    const description = item.description.slice(0, DESCRIPTION_CHARACTERS_MAX);
    const held = { item_type, item_id, qualified_id, name, category, tags, inputs, description };
    items.set(key, held);
    signals.add(held);
    for (const folder of foldersTo(category)) folders.add(folder, key);
    bareIds.add(item_id, key);
  }

  function remove(key: string): void {
    const held = items.get(key);
    if (held === undefined) return;
    items.delete(key);
    signals.remove(held);
    for (const folder of foldersTo(held.category)) folders.remove(folder, key);
    bareIds.remove(held.item_id, key);
  }

  return {
    signals,
    get size() {
      return items.size;
    },
    categoryOf: (key) => items.get(key)?.category,
    itemsIn: (folder) => folders.of(folder),
    apply(changes) {
      for (const { key, item } of changes) {
        remove(key);
        if (item !== undefined) put(key, item);
      }
    },
    keyOf({ item_type, item_id }) {
      const qualified = `${item_type}:${item_id}`;
      if (items.has(qualified)) return qualified;
      const ofType = [...bareIds.of(item_id)].filter((key) => key.startsWith(`${item_type}:`));
      return ofType.length === 1 ? ofType[0] : undefined;
    },
    candidateOf(key, { score, withInputs }) {
      const item = items.get(key);
      if (item === undefined) return undefined;
      const { item_type, name, description, inputs } = item;
      const isBare = bareIds.of(item.item_id).size === 1;
      const item_id = isBare ? item.item_id : item.qualified_id;
      const summary = { item_type, item_id, score, name, description };
      return withInputs ? { ...summary, inputs } : summary;
    },
    namedIn(text) {
      const words = new Set(text.slice(0, NAMED_TEXT_CHARACTERS_MAX).match(/[\p{L}\p{N}_\-/]+/gu));
      return [...words].flatMap((word) => {
        const bare = word.slice(word.lastIndexOf("/") + 1);
        const keys = /[_-]/u.test(bare) ? [...bareIds.of(bare)] : [];
        return keys.length === 1 ? keys : [];
      });
    },
  };
}

/** `email/outreach` lies in `email` and in `email/outreach`. */
function foldersTo(category: string): string[] {
  const parts = category === "" ? [] : category.split("/");
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

function createKeySets() {
  const sets = new Map<string, Set<string>>();
  return {
    of: (name: string): ReadonlySet<string> => sets.get(name) ?? NONE,
    add(name: string, key: string): void {
      const set = sets.get(name) ?? new Set();
      set.add(key);
      sets.set(name, set);
    },
    remove(name: string, key: string): void {
      const set = sets.get(name);
      set?.delete(key);
      if (set?.size === 0) sets.delete(name);
    },
  };
}
