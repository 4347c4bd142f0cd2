import {
  Call,
  createParser,
  ExampleBehaviour,
  ExampleCategory,
  ExampleChecks,
  TextEnum,
  TurnKind,
} from "@lilux/protocol";
import { type Static, Type } from "typebox";

/**
 * An example as its author writes it: the line, what the assistant does and says. What the router
 * says of the line and what calls come to is added by the real system (`captureDraft`).
 */
export const ExampleDraft = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9-]{1,80}$" }),
    category: ExampleCategory,
    behaviour: ExampleBehaviour,
    library: Type.String(),
    splitKey: Type.String({ minLength: 1 }),
    kind: Type.Optional(TurnKind),
    text: Type.String({ minLength: 1 }),
    history: Type.Optional(
      Type.Array(
        Type.Object({
          text: Type.String(),
          response: Type.String(),
          calls: Type.Array(Type.String()),
        }),
      ),
    ),
    /**
     * Instead of what the router says: another first call, or another confidence in it. Null: the
     * router does not answer.
     */
    suggest: Type.Optional(
      Type.Union([
        Type.Object(
          {
            call: Type.Optional(Call),
            confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
          },
          { additionalProperties: false },
        ),
        Type.Null(),
      ]),
    ),
    verdict: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 2 }), Type.Null()])),
    answer: Type.Optional(TextEnum(["yes", "no"])),
    given: Type.Optional(Type.Record(Type.String(), Type.String())),
    steps: Type.Optional(
      Type.Array(
        Type.Object(
          {
            say: Type.Optional(Type.String()),
            cut: Type.Optional(Type.Boolean()),
            marks: Type.Optional(
              Type.Array(
                Type.Object({
                  step: Type.Integer({ minimum: 1 }),
                  state: TextEnum(["running", "done", "failed", "skipped"]),
                }),
              ),
            ),
            calls: Type.Optional(Type.Array(Call)),
          },
          { additionalProperties: false },
        ),
      ),
    ),
    /** Without it, it is a case to test with. */
    response: Type.Optional(Type.String({ minLength: 1 })),
    /** Of a case: the router's answer comes when so much is said. */
    arrivesAfter: Type.Optional(Type.Integer({ minimum: 1 })),
    checks: Type.Optional(ExampleChecks),
    parents: Type.Optional(Type.Array(Type.String())),
  },
  { additionalProperties: false },
);
export type ExampleDraft = Static<typeof ExampleDraft>;

export const exampleDraft = createParser(ExampleDraft, "draft");
