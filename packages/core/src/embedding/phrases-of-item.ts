import type { ItemSummary } from "@lilux/protocol";

/** Phrasings of an item that are compared with a line; more than these tell nothing new. */
const PHRASES_MAX = 24;

type PhrasedItem = Pick<ItemSummary, "examples" | "when_to_use">;

/**
 * The lines an item is known by beside its own text: what its author says people type, when it is
 * for, and then what a model wrote (`taught`). Distinct without regard to case, authors first.
 */
export function phrasesOf(
  { examples, when_to_use }: PhrasedItem,
  taught: readonly string[] = [],
): string[] {
  const said = [
    ...(examples ?? []),
    ...(when_to_use === undefined ? [] : [when_to_use]),
    ...taught,
  ];
  const distinct = new Map<string, string>();
  for (const text of said) {
    const name = text.trim().toLowerCase();
    if (name !== "" && !distinct.has(name)) distinct.set(name, text.trim());
  }
  return [...distinct.values()].slice(0, PHRASES_MAX);
}
