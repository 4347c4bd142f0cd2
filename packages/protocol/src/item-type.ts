import type { Static } from "typebox";
import { TextEnum } from "./text-enum.ts";

export const ItemType = TextEnum(["directive", "script", "knowledge"], {
  description: "What kind of item is meant.",
});
export type ItemType = Static<typeof ItemType>;
export const ITEM_TYPES = ["directive", "script", "knowledge"] as const satisfies ItemType[];

/**
 * An item type as people, models and other tools write it, as ours: `tool` is
 * another word for a script, plural forms and capitals are forgiven. What is no
 * type stays as it is, for a parser to refuse by name. This is the only reader
 * of these words; parsers made by `createParser` use it wherever their schema
 * has an item type.
 */
export function readItemType(value: unknown): unknown {
  if (typeof value !== "string" || value.length > WORD_CHARACTERS_MAX) return value;
  const word = value.trim().toLowerCase().replace(/s$/, "");
  return ITEM_TYPES.find((type) => type === (word === "tool" ? "script" : word)) ?? value;
}

/** The same, where what is no type means nothing. */
export function itemTypeOf(value: unknown): ItemType | undefined {
  const read = readItemType(value);
  return ITEM_TYPES.find((type) => type === read);
}

const WORD_CHARACTERS_MAX = 32;
