import { type Static, Type } from "typebox";
import { InputSpec } from "./item.ts";
import { ItemType } from "./item-type.ts";
import { TextEnum } from "./text-enum.ts";

/**
 * How much of the work is already done. `cold`: search, load, route. `warm`:
 * candidates known, search skipped. `hot`: schema loaded, search and load skipped.
 */
export const ContextState = TextEnum(["cold", "warm", "hot"]);
export type ContextState = Static<typeof ContextState>;

/** A likely item, with as much detail as its score earns (see `detailOf` in core). */
export const ContextCandidate = Type.Object({
  item_type: ItemType,
  item_id: Type.String(),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  name: Type.String(),
  description: Type.String(),
  inputs: Type.Optional(Type.Array(InputSpec)),
  parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  examples: Type.Optional(Type.Array(Type.String(), { maxItems: 2 })),
});
export type ContextCandidate = Static<typeof ContextCandidate>;

/** What the warmer keeps for one session. Times are Unix milliseconds. */
export const WarmContext = Type.Object({
  tenant: Type.String(),
  sessionId: Type.String(),
  /** Rises with every turn; an older write never overwrites a newer one. */
  version: Type.Integer({ minimum: 0 }),
  state: ContextState,
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  domain: Type.Union([Type.String(), Type.Null()]),
  query: Type.String(),
  candidates: Type.Array(ContextCandidate, { maxItems: 15 }),
  warmedAt: Type.Integer(),
  expiresAt: Type.Integer(),
});
export type WarmContext = Static<typeof WarmContext>;
