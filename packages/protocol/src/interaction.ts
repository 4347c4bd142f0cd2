import { type Static, Type } from "typebox";
import { Call } from "./call.ts";
import { ConsentLevel } from "./consent-level.ts";
import { ContextState } from "./context.ts";
import { PersonId } from "./lesson.ts";
import { Thresholds } from "./policy.ts";
import { TextEnum } from "./text-enum.ts";
import { TurnKind, TurnOutcome, TurnPath, Usage } from "./turn.ts";

/**
 * One finished turn or one rating, as journalled in INTERACTIONS for training. `consent` is what the tenant's
 * settings let be kept of it, where they say so; the flywheel keeps no more, whatever it was told before.
 */
export const Interaction = Type.Union([
  Type.Object({
    type: Type.Literal("turn"),
    tenant: Type.String(),
    sessionId: Type.String(),
    turnId: Type.String(),
    at: Type.Integer(),
    person: Type.Optional(PersonId),
    consent: Type.Optional(ConsentLevel),
    kind: TurnKind,
    text: Type.String(),
    path: Type.Union([TurnPath, Type.Null()]),
    context: Type.Union([ContextState, Type.Null()]),
    predicted: Type.Array(
      Type.Object({
        call: Call,
        confidence: Type.Number(),
        confidenceOnEnter: Type.Optional(Type.Number()),
      }),
    ),
    routeMs: Type.Union([Type.Number(), Type.Null()]),
    /** The bars that the turn went by. */
    thresholds: Type.Optional(Thresholds),
    /** How many of the predicted calls were shown: the first so many. */
    shown: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Which of the predicted calls the person took with a key; absent where it is none of them. */
    chosen: Type.Optional(Type.Integer({ minimum: 0 })),
    /** How often a yes was asked for, and what was said. */
    confirms: Type.Optional(
      Type.Object({
        asked: Type.Integer({ minimum: 1 }),
        approved: Type.Integer({ minimum: 0 }),
        declined: Type.Integer({ minimum: 0 }),
      }),
    ),
    /** Characters that were said before the first call ran: where words were handed over to work. */
    saidBeforeCalls: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Who made the prediction, as it says itself. */
    model: Type.Optional(Type.String()),
    /** What a model that is tried would have led with, compared and not shown. */
    shadow: Type.Optional(
      Type.Object({
        model: Type.String(),
        /** Of its leader, on Enter; null where it had none. */
        confidence: Type.Union([Type.Number(), Type.Null()]),
        /** Its leader is the one that was shown. */
        isSame: Type.Boolean(),
        /** Its leader is what ran. */
        ran: Type.Boolean(),
      }),
    ),
    calls: Type.Array(
      Type.Object({
        callId: Type.String(),
        call: Call,
        ok: Type.Boolean(),
        durationMs: Type.Number(),
      }),
    ),
    /** Whether the leading prediction is the call that ran. */
    predictionUsed: Type.Boolean(),
    response: Type.String(),
    outcome: TurnOutcome,
    usage: Type.Optional(Usage),
  }),
  Type.Object({
    type: Type.Literal("feedback"),
    tenant: Type.String(),
    sessionId: Type.String(),
    turnId: Type.String(),
    at: Type.Integer(),
    consent: Type.Optional(ConsentLevel),
    rating: TextEnum(["up", "down"]),
    comment: Type.Optional(Type.String()),
  }),
]);
export type Interaction = Static<typeof Interaction>;
