import type { ItemSource } from "@lilux/protocol";
import type { LineReading } from "./line-reading.ts";

/** The first that has an item wins it: what a library lists from one source is in none before it. */
const SOURCES: readonly ItemSource[] = ["project", "user", "registry"];
/** A source that the line says is taken at its word from here on. */
const SAID_MIN = Math.log(0.5);

/**
 * Where a load of an item may come from: from where the item is, and from a later source where
 * the line says so, as a copy of it may be there too. Never from an earlier one: it is not there.
 */
export function loadSourcesOf(own: ItemSource, { logLoadSource }: LineReading): ItemSource[] {
  const later = SOURCES.slice(SOURCES.indexOf(own) + 1);
  return [own, ...later.filter((source) => logLoadSource[source] > SAID_MIN)];
}

/** Whoever means an item where it cannot be means it where it is. */
export function logSourceOf(
  source: ItemSource,
  own: ItemSource,
  { logLoadSource }: LineReading,
): number {
  if (source !== own) return logLoadSource[source];
  const until = SOURCES.slice(0, SOURCES.indexOf(own) + 1);
  return Math.log(until.reduce((sum, each) => sum + Math.exp(logLoadSource[each]), 0));
}
