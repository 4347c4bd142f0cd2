import { type Static, Type } from "typebox";
import { TEXT_CHARACTERS_MAX } from "./call.ts";
import { TextEnum } from "./text-enum.ts";

/** Items that an answer names for each line. */
export const NEAREST_MAX = 5;

/** The body of a request on a tenant's `embed` subject. */
export const EmbedRequest = Type.Object({
  texts: Type.Array(Type.String({ maxLength: TEXT_CHARACTERS_MAX }), { maxItems: 256 }),
  /** `item` (the default): texts made by `itemTextOf`. `line`: what a person types. */
  side: Type.Optional(TextEnum(["item", "line"])),
  /**
   * Of lines: also which items of the tenant's library are nearest to each. Such lines wait behind
   * everything else. `not_available_yet` while not all items are embedded.
   */
  nearest: Type.Optional(Type.Boolean()),
});
export type EmbedRequest = Static<typeof EmbedRequest>;

/**
 * One embedding a text, in order, L2-normalised and packed: those of items as signed bytes
 * with `scales`, those of lines as floats. Those of one `model` compare by dot product.
 */
export const EmbedAnswer = Type.Object({
  model: Type.String({ maxLength: 256 }),
  width: Type.Integer({ minimum: 1, maximum: 4_096 }),
  vectors: Type.String({ maxLength: 4_194_304 }),
  scales: Type.Optional(Type.Array(Type.Number(), { maxItems: 256 })),
  /** Per text the nearest items by their own text, nearest first, where that was asked. */
  nearest: Type.Optional(
    Type.Array(
      Type.Array(Type.Object({ textHash: Type.String({ maxLength: 64 }), cosine: Type.Number() }), {
        maxItems: NEAREST_MAX,
      }),
      { maxItems: 256 },
    ),
  ),
});
export type EmbedAnswer = Static<typeof EmbedAnswer>;
