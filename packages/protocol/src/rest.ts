import { type Static, Type } from "typebox";
import { TEXT_CHARACTERS_MAX } from "./call.ts";
import { ContextState } from "./context.ts";
import { Candidate, Degradation } from "./prediction.ts";
import { TurnId } from "./turn.ts";

const history = Type.Optional(
  Type.Array(Type.String({ maxLength: TEXT_CHARACTERS_MAX }), { maxItems: 20 }),
);

/** `POST /v1/predict` */
export const PredictBody = Type.Object(
  { text: Type.String({ maxLength: TEXT_CHARACTERS_MAX }), history },
  { additionalProperties: false },
);
export type PredictBody = Static<typeof PredictBody>;

export const PredictAnswer = Type.Object({
  candidates: Type.Array(Candidate),
  context: ContextState,
  noCallConfidence: Type.Number(),
  routeMs: Type.Number(),
  degraded: Type.Optional(Type.Array(Degradation)),
});
export type PredictAnswer = Static<typeof PredictAnswer>;

/** `POST /v1/turns`: one turn without a socket; answered as server-sent events. */
export const TurnBody = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX }),
    turnId: Type.Optional(TurnId),
    ask: Type.Optional(Type.Boolean({ description: "Force the orchestrator, as Ctrl+E does." })),
    history,
  },
  { additionalProperties: false },
);
export type TurnBody = Static<typeof TurnBody>;
