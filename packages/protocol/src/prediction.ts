import { type Static, Type } from "typebox";
import { Call, TEXT_CHARACTERS_MAX } from "./call.ts";
import { ContextState } from "./context.ts";
import { Effect } from "./item.ts";
import { PersonId } from "./lesson.ts";
import type { OfTenant } from "./tenant.ts";
import { TextEnum } from "./text-enum.ts";
import { Weight } from "./weight.ts";

/**
 * Where a declared input's value comes from: said in the line, concluded from a value's form and
 * place, the item's default, or nowhere although the item needs one.
 */
export const ParameterOrigin = Type.Object({
  name: Type.String(),
  origin: TextEnum(["typed", "inferred", "default", "missing"]),
  /** How likely this is the value meant, of one that the line gives. */
  confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
});
export type ParameterOrigin = Static<typeof ParameterOrigin>;

/**
 * A ranked call. `confidence` is the calibrated probability that the whole call is meant while the
 * line may still go on, `confidenceOnEnter` the same for a line that ends as it stands: a finished
 * line says more than an unfinished one of the same words.
 */
export const Candidate = Type.Object({
  call: Call,
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  confidenceOnEnter: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  effect: Effect,
  /** Of a run of an item with declared inputs: one entry per input, in its order. */
  parameters: Type.Optional(Type.Array(ParameterOrigin)),
  /** What looks like a value in the line and that no input took, as typed. */
  unread: Type.Optional(Type.Array(Type.String(), { maxItems: 8 })),
});
export type Candidate = Static<typeof Candidate>;

/** How many items are offered beside the ranked calls. */
export const MATCHES_MAX = 6;

/**
 * An item that the line may be about, to be looked at: it is no guess of what is meant, and no key
 * runs it unless a person has chosen it. `call` is what choosing it does.
 */
export const ItemMatch = Type.Object({
  call: Call,
  effect: Effect,
  description: Type.String({ maxLength: 200, description: "One line." }),
  parameters: Type.Optional(Type.Array(ParameterOrigin)),
});
export type ItemMatch = Static<typeof ItemMatch>;

/**
 * What Enter will do to the line as it stands, and the only thing it then does: run a call at once,
 * ask for a yes to it first, have it checked, or hand the line to the orchestrator.
 */
export const EnterEffect = Type.Union([
  Type.Object({ does: Type.Literal("ask") }),
  Type.Object({
    does: TextEnum(["run", "confirm", "verify"]),
    call: Call,
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
  }),
]);
export type EnterEffect = Static<typeof EnterEffect>;

/** What could not be used for a prediction, so that nobody takes it for the full answer. */
export const Degradation = TextEnum([
  "router_unavailable",
  "context_unavailable",
  "library_unavailable",
  "library_loading",
]);
export type Degradation = Static<typeof Degradation>;

/** The body of a keystroke request on the bus. The text is never stored or logged. */
export const PredictRequest = Type.Object({
  tenant: Type.String(),
  sessionId: Type.String(),
  seq: Type.Integer({ minimum: 0 }),
  /** Who types, within the tenant: whose lessons count at once. */
  person: Type.Optional(PersonId),
  text: Type.String({ maxLength: TEXT_CHARACTERS_MAX }),
  history: Type.Optional(
    Type.Array(Type.String({ maxLength: TEXT_CHARACTERS_MAX }), { maxItems: 10 }),
  ),
  /** How long its caller waits, in milliseconds, where that is longer than anybody waits while typing. */
  withinMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  /** How much its tenant counts beside others, as its plan says: the gateway says it, never a client. */
  weight: Type.Optional(Weight),
});
export type PredictRequest = OfTenant<Static<typeof PredictRequest>>;

/** The router's answer. Candidates are best first; none means "no call". */
export const Prediction = Type.Object({
  predictionId: Type.String(),
  seq: Type.Integer({ minimum: 0 }),
  context: ContextState,
  candidates: Type.Array(Candidate, { maxItems: 9 }),
  /** The probability that no call is meant. */
  noCallConfidence: Type.Number({ minimum: 0, maximum: 1 }),
  /** The best first. */
  matches: Type.Optional(Type.Array(ItemMatch, { maxItems: MATCHES_MAX })),
  routeMs: Type.Number({ minimum: 0 }),
  degraded: Type.Optional(Type.Array(Degradation)),
  /** Who answered: a model of the tenant's own, by its name, or the router's by its version. */
  model: Type.Optional(Type.String()),
  /** What a model that is tried would have led with. Shown to nobody. */
  shadow: Type.Optional(
    Type.Object({
      model: Type.String(),
      /** `digest` is `digestCall` of the call. Null: it would have led with none. */
      leader: Type.Union([
        Type.Object({ digest: Type.String(), confidence: Type.Number() }),
        Type.Null(),
      ]),
    }),
  ),
});
export type Prediction = Static<typeof Prediction>;
