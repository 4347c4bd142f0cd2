import { STOP_WORDS, splitIdentifier, stemWord } from "@lilux/core/text";
import type { ItemSummary } from "@lilux/protocol";

/** What of an item its words are taken from. */
export type SignalItem = Pick<ItemSummary, "item_id" | "name" | "category" | "tags">;

/**
 * What words of a tenant's own library tell: whether they are its words, and of which domain.
 * It depends on the items held, not on the order in which they came and went.
 */
export interface LibrarySignals {
  add(item: SignalItem): void;
  /** Takes back one `add` of an equal item. */
  remove(item: SignalItem): void;
  /** Whether the stem stands in any id, name, tag or category. */
  knows(stem: string): boolean;
  /** How strongly a stem points at each domain; the shares sum to 1, or to 3 for a domain's own name. */
  domainsOf(stem: string): ReadonlyMap<string, number>;
}

/** A domain's own name is plainer than a word of its items. */
const NAME_WEIGHT = 3;

/** A domain is the first folder of an item's category: `email` of `email/outreach`. */
export function createLibrarySignals(): LibrarySignals {
  /** How many items of each domain hold a stem; those of none count as of "". */
  const counts = createTally();
  /** How many items each domain has that a stem is the name of. */
  const names = createTally();

  function count({ item_id, name, category, tags }: SignalItem, by: 1 | -1): void {
    const [domain = ""] = category.split("/");
    for (const stem of stemsOf(domain)) names.count(stem, domain, by);
    const texts = [item_id, name, category, ...tags];
    for (const stem of new Set(texts.flatMap(stemsOf))) counts.count(stem, domain, by);
  }

  return {
    add: (item) => count(item, 1),
    remove: (item) => count(item, -1),
    knows: (stem) => counts.of(stem).size > 0,
    domainsOf(stem) {
      const [named] = [...names.of(stem)].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
      if (named !== undefined) return new Map([[named[0], NAME_WEIGHT]]);
      const byDomain = [...counts.of(stem)].filter(([domain]) => domain !== "");
      const total = byDomain.reduce((sum, [, number]) => sum + number, 0);
      return new Map(byDomain.map(([domain, number]) => [domain, number / total]));
    },
  };
}

interface Tally {
  count(stem: string, domain: string, by: 1 | -1): void;
  of(stem: string): ReadonlyMap<string, number>;
}

function createTally(): Tally {
  const none: ReadonlyMap<string, number> = new Map();
  const byStem = new Map<string, Map<string, number>>();
  return {
    count(stem, domain, by) {
      const byDomain = byStem.get(stem) ?? new Map<string, number>();
      const number = (byDomain.get(domain) ?? 0) + by;
      if (number > 0) byDomain.set(domain, number);
      else byDomain.delete(domain);
      if (byDomain.size > 0) byStem.set(stem, byDomain);
      else byStem.delete(stem);
    },
    of: (stem) => byStem.get(stem) ?? none,
  };
}

function stemsOf(text: string): string[] {
  return splitIdentifier(text)
    .filter((word) => word.length > 1 && !STOP_WORDS.has(word))
    .map(stemWord);
}
