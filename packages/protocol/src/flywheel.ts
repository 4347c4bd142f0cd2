import { type Static, Type } from "typebox";
import { Call } from "./call.ts";
import { ConsentLevel } from "./consent-level.ts";
import { ContextState } from "./context.ts";
import { ModelsRequest } from "./flywheel-models.ts";
import { ReviewsRequest, RuleNoise } from "./flywheel-reviews.ts";
import { ThresholdsRequest } from "./flywheel-thresholds.ts";
import { PersonId } from "./lesson.ts";
import { ModelName } from "./model-card.ts";
import { Thresholds } from "./policy.ts";
import { TextEnum } from "./text-enum.ts";

export const DatasetSplit = TextEnum(["train", "validation", "test"]);
export type DatasetSplit = Static<typeof DatasetSplit>;

/** As much of a turn as a conversation is made of; results are not kept. */
export const DatasetTurn = Type.Object({
  /** The turns before it, oldest first. */
  past: Type.Array(
    Type.Object({ text: Type.String(), response: Type.String(), calls: Type.Array(Call) }),
    { maxItems: 4 },
  ),
  /** The router's view; null where it had none. */
  router: Type.Union([
    Type.Object({
      context: ContextState,
      candidates: Type.Array(
        Type.Object({
          call: Call,
          confidence: Type.Number(),
          confidenceOnEnter: Type.Optional(Type.Number()),
        }),
        { maxItems: 3 },
      ),
    }),
    Type.Null(),
  ]),
  thresholds: Type.Optional(Thresholds),
  calls: Type.Array(Type.Object({ call: Call, ok: Type.Boolean() }), { maxItems: 16 }),
  response: Type.String(),
});
export type DatasetTurn = Static<typeof DatasetTurn>;

/** One line that a person sent, and what came of it: the router's training data. */
export const DatasetRow = Type.Object({
  split: DatasetSplit,
  line: Type.String(),
  /** The session's lines before it, oldest first. */
  history: Type.Array(Type.String(), { maxItems: 10 }),
  /** The call; null is "no call". */
  call: Type.Union([Call, Type.Null()]),
  /** The call was meant; false: it was offered or made for this line, and was not. */
  right: Type.Boolean(),
  /** From 0 to 1: how much the rule that says so is to be trusted. */
  weight: Type.Number({ minimum: 0, maximum: 1 }),
  rule: Type.String(),
  /** Whose line it is: the dataset's people by number, so that nobody counts for more than one. */
  voice: Type.Optional(Type.Integer({ minimum: 0 })),
  /** What a language model was told of the line, and did: of a call that was meant. */
  turn: Type.Optional(DatasetTurn),
});
export type DatasetRow = Static<typeof DatasetRow>;

const Count = Type.Integer({ minimum: 0 });

/** What a dataset is made of: its datasheet in numbers. A dataset never changes. */
export const DatasetManifest = Type.Object({
  /** The first 16 hexadecimal digits of the SHA-256 of its rows. */
  version: Type.String({ pattern: "^[0-9a-f]{16}$" }),
  name: Type.String({ minLength: 1, maxLength: 64 }),
  /** Unix milliseconds. */
  madeAt: Type.Integer(),
  rows: Count,
  splits: Type.Record(DatasetSplit, Count),
  rules: Type.Record(Type.String(), Count),
  rulesVersion: Count,
  redactionVersion: Count,
  turns: Count,
  sessions: Count,
  people: Count,
  /** Of the turns, in Unix milliseconds; null for an empty dataset. */
  from: Type.Union([Type.Integer(), Type.Null()]),
  to: Type.Union([Type.Integer(), Type.Null()]),
  /** Rows left out: said already in this split, or too like one of another split. */
  leftOut: Type.Object({
    repeated: Count,
    nearAnotherSplit: Count,
    /** Labels that somebody rejected. */
    rejected: Type.Optional(Count),
    /** More than a session may say, and more than a person may; absent where nobody said so much. */
    overSession: Type.Optional(Count),
    overPerson: Type.Optional(Count),
  }),
  /** The sets that models are judged by, and how many rows were left out as a line of theirs, or nearly one. */
  checkedAgainst: Type.Optional(
    Type.Array(Type.Object({ set: Type.String(), lines: Count, leftOut: Count })),
  ),
  /** Labels that somebody accepted or fixed. */
  reviewed: Type.Optional(Type.Object({ accepted: Count, fixed: Count })),
  /** How often each rule was wrong, by what people said of it until then. */
  noise: Type.Optional(Type.Array(RuleNoise)),
  /** Kept turns that could not be read, by their positions: nothing was made of them. The first hundred. */
  unreadable: Type.Optional(Type.Array(Count, { maxItems: 100 })),
  /** Since when rows of it had to be deleted, in Unix milliseconds: whatever was trained on it is to be trained anew. */
  staleSince: Type.Optional(Type.Integer()),
});
export type DatasetManifest = Static<typeof DatasetManifest>;

/** What a tenant's flywheel holds. */
export const FlywheelState = Type.Object({
  consent: ConsentLevel,
  turns: Count,
  ratings: Count,
  peopleOut: Count,
  datasets: Count,
});
export type FlywheelState = Static<typeof FlywheelState>;

/** What a gateway asks of the flywheel, for the tenant of the subject. */
export const FlywheelRequest = Type.Union([
  Type.Object({ do: Type.Literal("show") }),
  Type.Object({ do: Type.Literal("consent"), level: ConsentLevel }),
  Type.Object({ do: Type.Literal("take-part"), person: PersonId, takesPart: Type.Boolean() }),
  Type.Object({ do: Type.Literal("list-turns"), person: PersonId, after: Type.Integer() }),
  /** Without a person: of everybody. `before`: only what was sent before that time, in Unix milliseconds. */
  Type.Object({
    do: Type.Literal("delete-turns"),
    person: Type.Optional(PersonId),
    before: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  Type.Object({ do: Type.Literal("build-dataset"), name: DatasetManifest.properties.name }),
  Type.Object({ do: Type.Literal("list-datasets") }),
  Type.Object({
    do: Type.Literal("read-dataset"),
    version: Type.String(),
    after: Type.Integer({ minimum: -1 }),
  }),
  ModelsRequest,
  ReviewsRequest,
  ThresholdsRequest,
]);
export type FlywheelRequest = Static<typeof FlywheelRequest>;

/** What went, and which models learnt of what is stale by now: those stay until they are rolled back. */
export const FlywheelDeleted = Type.Object({
  turns: Count,
  staleDatasets: Count,
  staleModels: Type.Optional(Type.Array(ModelName)),
});
export type FlywheelDeleted = Static<typeof FlywheelDeleted>;

/** A page of kept turns as they are stored; `next` to go on after, null at the end. */
export const KeptTurns = Type.Object({
  turns: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  next: Type.Union([Type.Integer(), Type.Null()]),
});
export type KeptTurns = Static<typeof KeptTurns>;

/** A page of a dataset's rows, in its order. */
export const DatasetPage = Type.Object({
  manifest: DatasetManifest,
  rows: Type.Array(DatasetRow),
  next: Type.Union([Type.Integer(), Type.Null()]),
});
export type DatasetPage = Static<typeof DatasetPage>;
