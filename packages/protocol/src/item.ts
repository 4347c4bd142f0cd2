import { type Static, Type } from "typebox";
import { ItemSource } from "./call.ts";
import { ItemType } from "./item-type.ts";
import { Provenance } from "./provenance.ts";
import { TextEnum } from "./text-enum.ts";

/**
 * What a call may do without asking. `read` may run speculatively, `write`
 * needs a commit (Tab or Enter), `destructive` a confirm of the exact arguments.
 */
export const Effect = TextEnum(["read", "write", "destructive"]);
export type Effect = Static<typeof Effect>;

/** One declared input of a directive or script. */
export const InputSpec = Type.Object({
  name: Type.String(),
  type: Type.String({ description: "string, integer, number, boolean, array or object" }),
  required: Type.Boolean(),
  default: Type.Optional(Type.Unknown()),
  description: Type.Optional(Type.String()),
  schema: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type InputSpec = Static<typeof InputSpec>;

/** What an author may say of how an item is asked for. */
export const EXAMPLES_MAX = 24;
export const EXAMPLE_CHARACTERS_MAX = 200;
export const WHEN_TO_USE_CHARACTERS_MAX = 400;

/** What lists, search and the router know of an item. Never its body. */
export const ItemSummary = Type.Object({
  item_type: ItemType,
  item_id: Type.String({ description: "The bare id: the file name without its extension." }),
  qualified_id: Type.String({ description: "category/…/id; unique within its type and source." }),
  name: Type.String(),
  description: Type.String(),
  category: Type.String(),
  source: ItemSource,
  version: Type.String(),
  tags: Type.Array(Type.String()),
  inputs: Type.Array(InputSpec),
  /** Beside the item's own text, what the router compares a typed line with. */
  examples: Type.Optional(
    Type.Array(Type.String({ maxLength: EXAMPLE_CHARACTERS_MAX }), {
      maxItems: EXAMPLES_MAX,
      description: "Lines that people type for it, as its author wrote them.",
    }),
  ),
  when_to_use: Type.Optional(
    Type.String({
      maxLength: WHEN_TO_USE_CHARACTERS_MAX,
      description: "When it is for, in the author's words.",
    }),
  ),
  /** The effective class: the most severe of declaration, grants, reach and history. */
  effect: Effect,
  effect_reason: Type.Optional(
    Type.String({ description: "Why the class is more severe than the item itself says." }),
  ),
  provenance: Type.Optional(Provenance),
  content_hash: Type.String({ description: "sha256 over the whole file, line ends normalised." }),
});
export type ItemSummary = Static<typeof ItemSummary>;

/** A file that could not be read as an item. Listed, never hidden. */
export const BrokenItem = Type.Object({
  item_type: ItemType,
  source: ItemSource,
  path: Type.String({ description: "Relative to the source's .ai folder." }),
  line: Type.Integer({ minimum: 1 }),
  column: Type.Integer({ minimum: 1 }),
  cause: Type.String(),
  fix: Type.String(),
});
export type BrokenItem = Static<typeof BrokenItem>;

/** How far one process's reading of a library had come. */
export const LibraryPosition = Type.Object({
  epoch: Type.String({ maxLength: 64, description: "Another one after each start." }),
  sequence: Type.Integer({ minimum: 0, description: "Rises with every change it announces." }),
});
export type LibraryPosition = Static<typeof LibraryPosition>;

export const ItemList = Type.Object({
  version: Type.String({ description: "Changes whenever any item of the library changes." }),
  position: Type.Optional(LibraryPosition),
  items: Type.Array(ItemSummary),
  broken: Type.Array(BrokenItem),
});
export type ItemList = Static<typeof ItemList>;
