import { STOP_WORDS, splitIdentifier, stemWord } from "@lilux/core/text";
import type { ItemSummary } from "@lilux/protocol";

type SignalItem = Pick<ItemSummary, "item_id" | "name" | "category" | "tags">;

/** What words of a tenant's own library tell: whether they are its words, and of which domain. */
export interface LibrarySignals {
  add(item: SignalItem): void;
  /** Whether the stem stands in any id, name, tag or category. */
  knows(stem: string): boolean;
  /** How strongly a stem points at each domain; the shares sum to 1, or to 3 for a domain's own name. */
  domainsOf(stem: string): ReadonlyMap<string, number>;
}

/** A domain's own name is plainer than a word of its items. */
const NAME_WEIGHT = 3;

/** A domain is the first folder of an item's category: `email` of `email/outreach`. */
export function createLibrarySignals(): LibrarySignals {
  const counts = new Map<string, Map<string, number>>();
  const names = new Map<string, string>();

  function count(stem: string, domain: string): void {
    const byDomain = counts.get(stem) ?? new Map<string, number>();
    counts.set(stem, byDomain);
    if (domain !== "") byDomain.set(domain, (byDomain.get(domain) ?? 0) + 1);
  }

  return {
    add({ item_id, name, category, tags }) {
      const [domain = ""] = category.split("/");
      for (const stem of stemsOf(domain)) names.set(stem, domain);
      const texts = [item_id, name, category, ...tags];
      for (const stem of new Set(texts.flatMap(stemsOf))) count(stem, domain);
    },
    knows: (stem) => counts.has(stem),
    domainsOf(stem) {
      const named = names.get(stem);
      if (named !== undefined) return new Map([[named, NAME_WEIGHT]]);
      const byDomain = counts.get(stem) ?? new Map<string, number>();
      const total = [...byDomain.values()].reduce((sum, number) => sum + number, 0);
      return new Map([...byDomain].map(([domain, number]) => [domain, number / total]));
    },
  };
}

function stemsOf(text: string): string[] {
  return splitIdentifier(text)
    .filter((word) => word.length > 1 && !STOP_WORDS.has(word))
    .map(stemWord);
}
