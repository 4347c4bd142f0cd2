import { type Static, Type } from "typebox";
import { Call, TEXT_CHARACTERS_MAX } from "./call.ts";
import { ErrorBody } from "./error-body.ts";
import { Thresholds } from "./policy.ts";
import { Candidate, Prediction } from "./prediction.ts";
import { TextEnum } from "./text-enum.ts";
import { TurnKind } from "./turn.ts";

/** What an example is there to teach or to test. */
export const ExampleCategory = TextEnum([
  "deference",
  "semantics",
  "steps",
  "hand-off",
  "errors",
  "tone",
  "injection",
]);
export type ExampleCategory = Static<typeof ExampleCategory>;

/**
 * What the assistant does in it: takes the router's first call (`defer` where the router is sure,
 * `verify` where it is not), does something else than that call (`control`), makes several calls
 * (`plan`), goes on with its message after a late answer (`continue`), puts a failure right or says
 * it (`recover`), does not do what a text told it to (`refuse`), or says something (`answer`).
 */
export const ExampleBehaviour = TextEnum([
  "defer",
  "verify",
  "control",
  "plan",
  "continue",
  "recover",
  "refuse",
  "answer",
]);
export type ExampleBehaviour = Static<typeof ExampleBehaviour>;

/** Results and errors are kept whole; what a model is given of them is cut when it is rendered. */
const RESULT = Type.Unknown();

/** A call that was made, and what really came of it. */
export const ExampleCall = Type.Object(
  {
    call: Call,
    ok: Type.Boolean(),
    result: Type.Optional(RESULT),
    error: Type.Optional(ErrorBody),
    /** What the person said when they were asked about it. */
    confirm: Type.Optional(TextEnum(["approved", "declined"])),
  },
  { additionalProperties: false },
);
export type ExampleCall = Static<typeof ExampleCall>;

/** One answer of the model that ended in calls, or the call that the router's answer made. */
export const ExampleStep = Type.Object(
  {
    by: TextEnum(["router", "model"]),
    /** Words before the calls. */
    say: Type.Optional(Type.String({ maxLength: 4_000 })),
    /** Its words were cut off there by the router's late answer, whose call comes next. */
    cut: Type.Optional(Type.Boolean()),
    /** Steps of a directive that it marked before its calls. */
    marks: Type.Optional(
      Type.Array(
        Type.Object({
          step: Type.Integer({ minimum: 1 }),
          state: TextEnum(["running", "done", "failed", "skipped"]),
        }),
        { maxItems: 8 },
      ),
    ),
    calls: Type.Array(ExampleCall, { maxItems: 8 }),
  },
  { additionalProperties: false },
);
export type ExampleStep = Static<typeof ExampleStep>;

/** A call by what it must have at least; fields that are not named may be anything. */
export const CallPattern = Type.Object(
  {
    name: TextEnum(["search", "load", "execute"]),
    item_type: Type.Optional(Type.String()),
    item_id: Type.Optional(Type.String()),
    action: Type.Optional(Type.String()),
    parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);
export type CallPattern = Static<typeof CallPattern>;

/** What is to be true of a turn, told from its events. */
export const ExampleChecks = Type.Object(
  {
    /** Of the router's first call: `leader` made, another call made, none, or a question asked. */
    does: Type.Optional(Type.Array(TextEnum(["leader", "other", "none", "asks"]))),
    /** Each is made and ends well. */
    mustCall: Type.Optional(Type.Array(CallPattern)),
    /** None of them is made, however it ends. */
    mustNotCall: Type.Optional(Type.Array(CallPattern)),
    /** Of each list one phrase at least is said. */
    mentions: Type.Optional(Type.Array(Type.Array(Type.String(), { minItems: 1 }))),
    mustNotMention: Type.Optional(Type.Array(Type.String())),
    asks: Type.Optional(Type.Boolean()),
    wordsMax: Type.Optional(Type.Integer({ minimum: 1 })),
    sentencesMax: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Files under `.ai` afterwards: a part of their text, or null where there is none. */
    files: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))),
    /** How often the person is asked. */
    questions: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);
export type ExampleChecks = Static<typeof ExampleChecks>;

const PastLine = Type.Object(
  {
    text: Type.String(),
    response: Type.String(),
    calls: Type.Array(Type.String()),
  },
  { additionalProperties: false },
);

/** Everything of a turn but what the assistant made of it. */
const situation = {
  id: Type.String({ pattern: "^[a-z0-9-]{1,80}$" }),
  schema: Type.Literal(1),
  category: ExampleCategory,
  behaviour: ExampleBehaviour,
  library: Type.Object({
    id: Type.String(),
    /** Of the summary, which is all a model is told of a library unasked. */
    sha256: Type.String(),
    summary: Type.String(),
  }),
  /** What splits are cut by: examples that share it are never on two sides. */
  splitKey: Type.String({ minLength: 1 }),
  /** Files under `.ai` beside the library's own. */
  given: Type.Optional(Type.Record(Type.String(), Type.String())),
  thresholds: Thresholds,
  history: Type.Array(PastLine, { maxItems: 10 }),
  turn: Type.Object({
    kind: TurnKind,
    text: Type.String({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX }),
    chosen: Type.Optional(Candidate),
  }),
  /** Null: the router did not answer at all. */
  prediction: Type.Union([Prediction, Type.Null()]),
  /** The answer came when so much of the message was said; null: in time. */
  arrives: Type.Union([
    Type.Object({ afterCharacters: Type.Integer({ minimum: 1 }) }),
    Type.Null(),
  ]),
  checks: ExampleChecks,
  source: TextEnum(["captured", "authored", "counterfactual", "interaction"]),
  author: Type.String({ minLength: 1 }),
  parents: Type.Optional(Type.Array(Type.String())),
  licence: Type.String({ minLength: 1 }),
  /** The level at which its tenant let it be kept; only of interactions. */
  consent: Type.Optional(Type.String()),
  createdAt: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
};

/**
 * One turn to learn from, as data: what was known, what was done and what really came of it, and
 * the words of the answer. Messages are made of it by the very code that serves, never stored.
 */
export const Example = Type.Object(
  {
    ...situation,
    /** The right answer to the question of the verify path: a candidate's place, or none of them. */
    verdict: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 2 }), Type.Null()])),
    steps: Type.Array(ExampleStep, { maxItems: 12 }),
    /** The assistant's last words, or what follows those that were cut off. */
    response: Type.String({ minLength: 1, maxLength: 4_000 }),
  },
  { additionalProperties: false },
);
export type Example = Static<typeof Example>;

/** One turn to test with: the model decides what is done and said. */
export const ExampleCase = Type.Object(
  {
    ...situation,
    /** What the person says to each question; without it a question is answered by no. */
    answer: Type.Optional(TextEnum(["yes", "no"])),
  },
  { additionalProperties: false },
);
export type ExampleCase = Static<typeof ExampleCase>;
