import { type Static, Type } from "typebox";

const Any = Type.Record(Type.String(), Type.Unknown());

/** `POST /v1/decisions`. Fields that are not named here are passed over. */
export const DecisionsBody = Type.Object({
  model: Type.String({ description: "`lilux-router`." }),
  input: Type.Union([Type.String(), Type.Array(Any)], {
    description:
      "The line, or messages of which the user's last is the line and the others its history.",
  }),
  questions: Type.Array(Any, {
    minItems: 1,
    maxItems: 16,
    description:
      "Of type `choice`. Without `choices`: over the calls that the tenant's library makes possible, and `none`.",
  }),
});
export type DecisionsBody = Static<typeof DecisionsBody>;

const Probability = Type.Object({
  value: Type.String(),
  probability: Type.Number(),
  call: Type.Optional(
    Type.Unknown({
      description: "The whole call, as /v1/search, /v1/load and /v1/execute take it.",
    }),
  ),
});

const Answer = Type.Object(
  {
    type: Type.String({ description: "choice, or refusal where nothing given could be judged." }),
    name: Type.Union([Type.String(), Type.Null()]),
    choice: Type.Optional(Type.String()),
    confidence: Type.Optional(Type.Number()),
    probabilities: Type.Optional(Type.Array(Probability)),
  },
  { additionalProperties: true },
);
export type DecisionAnswer = Static<typeof Answer>;

export const DecisionsAnswer = Type.Object({
  model: Type.String(),
  answers: Type.Array(Answer),
  usage: Any,
});
