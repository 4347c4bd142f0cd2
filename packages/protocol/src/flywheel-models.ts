import { type Static, Type } from "typebox";
import { Call, TEXT_CHARACTERS_MAX } from "./call.ts";
import {
  ModelArtefact,
  ModelCard,
  ModelKind,
  ModelName as Name,
  Sha256,
  TrainingRun,
  Words,
} from "./model-card.ts";
import { TextEnum } from "./text-enum.ts";

/**
 * What becomes of a model: `candidate` until its evaluation lets it go on, `shadow` while its answers are
 * compared and shown to nobody, `canary` while it answers a share of sessions, `live`; `retired` once
 * another took its place or it was taken back, `refused` by the gate.
 */
export const ModelStage = TextEnum(["candidate", "shadow", "canary", "live", "retired", "refused"]);
export type ModelStage = Static<typeof ModelStage>;

const strict = { additionalProperties: false };

/** One case of an evaluation: a line and the call that is meant; null is "no call". */
export const EvaluationCase = Type.Object(
  {
    line: Type.String({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX }),
    history: Type.Optional(
      Type.Array(Type.String({ maxLength: TEXT_CHARACTERS_MAX }), { maxItems: 10 }),
    ),
    call: Type.Union([Call, Type.Null()]),
    stratum: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    group: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  strict,
);
export type EvaluationCase = Static<typeof EvaluationCase>;

/** One case that was run elsewhere, by both models. */
export const EvaluatedCase = Type.Object(
  {
    stratum: Type.String({ minLength: 1, maxLength: 64 }),
    group: Type.String({ minLength: 1, maxLength: 256 }),
    isNewRight: Type.Boolean(),
    isOldRight: Type.Boolean(),
    wouldAct: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type EvaluatedCase = Static<typeof EvaluatedCase>;

const CASES_MAX = 2_000;

/** What a candidate is judged by: a dataset's held-out lines, cases of one's own, or what was run elsewhere. */
export const EvaluationSource = Type.Union([
  Type.Object({ dataset: Type.String({ pattern: "^[0-9a-f]{16}$" }) }, strict),
  Type.Object({ cases: Type.Array(EvaluationCase, { minItems: 1, maxItems: CASES_MAX }) }, strict),
  Type.Object(
    {
      suite: Words,
      evaluated: Type.Array(EvaluatedCase, { minItems: 1, maxItems: CASES_MAX }),
    },
    strict,
  ),
]);
export type EvaluationSource = Static<typeof EvaluationSource>;

const Count = Type.Integer({ minimum: 0 });

/** What the gate said of a candidate. */
export const ModelEvaluation = Type.Object({
  model: Name,
  /** Unix milliseconds. */
  at: Type.Integer(),
  /** What it was judged by, and against which model: null is the one that the router came with. */
  suite: Type.String(),
  against: Type.Union([Name, Type.Null()]),
  passes: Type.Boolean(),
  refusals: Type.Array(Type.String()),
  strata: Type.Array(
    Type.Object({ stratum: Type.String(), cases: Count, right: Count, liveRight: Count }),
  ),
  onlyNew: Count,
  onlyOld: Count,
  chance: Type.Number(),
  difference: Type.Number(),
  low: Type.Number(),
  high: Type.Number(),
});
export type ModelEvaluation = Static<typeof ModelEvaluation>;

/** A model as it is listed. */
export const ListedModel = Type.Object({
  model: Name,
  kind: ModelKind,
  run: Type.Optional(Name),
  sha256: Sha256,
  stage: ModelStage,
  /** Of sessions that it answers, while it is a canary. */
  share: Type.Number({ minimum: 0, maximum: 1 }),
  /** Why it is in this stage, where somebody said so. */
  reason: Type.Optional(Type.String()),
  addedAt: Type.Integer(),
  stagedAt: Type.Integer(),
  /** Rows of the dataset that it was trained on had to be deleted since. */
  isDataStale: Type.Boolean(),
});
export type ListedModel = Static<typeof ListedModel>;

/** What turns said of a trial, so far. */
export const TrialReport = Type.Object({
  model: Name,
  stage: ModelStage,
  turns: Count,
  liveTurns: Count,
  /** Of turns that say so: the share in which what was predicted was wanted; null without any. */
  accepted: Type.Union([Type.Number(), Type.Null()]),
  liveAccepted: Type.Union([Type.Number(), Type.Null()]),
  /** Of a shadow: turns in which its leader was another one than the one shown, and what ran then. */
  differs: Type.Optional(Type.Object({ turns: Count, onlyNew: Count, onlyLive: Count })),
  /** What speaks against a canary; it is stopped from `limit` up. */
  evidence: Type.Optional(Type.Record(Type.String(), Type.Number())),
  limit: Type.Optional(Type.Number()),
});
export type TrialReport = Static<typeof TrialReport>;

/** A model with all that is known of it. */
export const ShownModel = Type.Object({
  ...ListedModel.properties,
  card: ModelCard,
  artefact: ModelArtefact,
  evaluations: Type.Array(ModelEvaluation),
  trial: Type.Optional(TrialReport),
});
export type ShownModel = Static<typeof ShownModel>;

/** Every change of a stage: who, when, why. Never changed and never deleted. */
export const ModelSwitch = Type.Object({
  at: Type.Integer(),
  kind: ModelKind,
  model: Name,
  from: ModelStage,
  to: ModelStage,
  share: Type.Number(),
  /** A person of the tenant, or `flywheel`. */
  by: Type.String(),
  reason: Type.Optional(Type.String()),
});
export type ModelSwitch = Static<typeof ModelSwitch>;

export const TrialStage = TextEnum(["shadow", "canary", "live"]);
export type TrialStage = Static<typeof TrialStage>;

/** What came of fitting a tenant's ranker. */
export const RouterFit = Type.Object({
  /** The run, its settings and figures. */
  run: TrainingRun,
  /** The candidate; null where nothing was better than what the router has. */
  model: Type.Union([ListedModel, Type.Null()]),
  evaluation: Type.Union([ModelEvaluation, Type.Null()]),
});
export type RouterFit = Static<typeof RouterFit>;

/** What is asked of the flywheel about runs and models. */
export const ModelsRequest = Type.Union([
  Type.Object({ do: Type.Literal("record-run"), run: TrainingRun }),
  Type.Object({ do: Type.Literal("list-runs") }),
  /** `model` is a `NewModel`: what is wrong with it is said of its field. */
  Type.Object({ do: Type.Literal("add-model"), model: Type.Unknown(), by: Type.String() }),
  Type.Object({ do: Type.Literal("list-models") }),
  Type.Object({ do: Type.Literal("show-model"), model: Name }),
  Type.Object({
    do: Type.Literal("evaluate-model"),
    model: Name,
    by: Type.String(),
    source: EvaluationSource,
  }),
  Type.Object({
    do: Type.Literal("promote-model"),
    model: Name,
    to: TrialStage,
    share: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.5 })),
    by: Type.String(),
  }),
  Type.Object({
    do: Type.Literal("roll-back"),
    kind: ModelKind,
    by: Type.String(),
    reason: Type.Optional(Type.String({ maxLength: 400 })),
  }),
  Type.Object({ do: Type.Literal("list-switches") }),
  /** A dataset of what is kept, a ranker fitted on it, and what the gate says of that. */
  Type.Object({ do: Type.Literal("fit-router"), by: Type.String() }),
]);
export type ModelsRequest = Static<typeof ModelsRequest>;
