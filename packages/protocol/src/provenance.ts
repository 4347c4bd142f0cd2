import { type Static, Type } from "typebox";
import { TextEnum } from "./text-enum.ts";

/**
 * Who proposes a call. `person`: typed, chosen or sent by somebody with the
 * tenant's credential; `directive`: a step that is followed; `model`: a language
 * model, here or behind MCP. Whoever says nothing is taken for a model.
 */
export const CallActor = TextEnum(["person", "directive", "model"]);
export type CallActor = Static<typeof CallActor>;

/** Where an item's content comes from. Content without one was put there by a person's hand. */
export const Provenance = Type.Object({
  by: CallActor,
  how: TextEnum(["created", "updated", "pulled", "copied", "unknown"]),
  at: Type.String({ description: "ISO 8601, UTC." }),
  /** Of what was pulled: whose it is, and which version. */
  namespace: Type.Optional(Type.String()),
  version: Type.Optional(Type.String()),
  reviewed_at: Type.Optional(
    Type.String({ description: "When a person first said yes to running exactly this content." }),
  ),
});
export type Provenance = Static<typeof Provenance>;
