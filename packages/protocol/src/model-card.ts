import { type Static, Type } from "typebox";
import { RankerWeights } from "./ranker-weights.ts";
import { TextEnum } from "./text-enum.ts";

export const ModelKind = TextEnum(["router", "orchestrator"]);
export type ModelKind = Static<typeof ModelKind>;

export const ModelName = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$" });
export const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
export const Words = Type.String({ minLength: 1, maxLength: 4_000 });
const Facts = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 200 });
const strict = { additionalProperties: false };

/** One training run, as the trainer tells it, wherever that runs. Told again it replaces what it told before. */
export const TrainingRun = Type.Object(
  {
    run: ModelName,
    kind: ModelKind,
    base: Words,
    /** The version of the dataset, or the hash of the files it was trained on. */
    data: Words,
    settings: Facts,
    metrics: Facts,
    state: TextEnum(["running", "finished", "failed"]),
    startedAt: Type.Integer(),
    endedAt: Type.Optional(Type.Integer()),
  },
  strict,
);
export type TrainingRun = Static<typeof TrainingRun>;

const CardFigure = Type.Object(
  {
    name: Words,
    value: Type.Number(),
    /** The bounds of its 95 % interval. */
    low: Type.Number(),
    high: Type.Number(),
    cases: Type.Integer({ minimum: 1 }),
  },
  strict,
);

/** What has to be known of a model before anybody uses it. Nothing of it may be missing. */
export const ModelCard = Type.Object(
  {
    /** Of the model itself. */
    licence: Words,
    base: Type.Object({ name: Words, licence: Words, sha256: Sha256 }, strict),
    data: Type.Object(
      {
        sha256: Sha256,
        licence: Words,
        /** Of the tenant's own, where it is one. */
        dataset: Type.Optional(Type.String({ pattern: "^[0-9a-f]{16}$" })),
      },
      strict,
    ),
    figures: Type.Array(CardFigure, { minItems: 1, maxItems: 100 }),
    limits: Words,
    /** Models whose answers or probabilities it was trained on. */
    teachers: Type.Optional(Type.Array(Words, { maxItems: 16 })),
    /** The text of its Notice file, where a licence asks for one. */
    notice: Type.Optional(Words),
    /** Who accepted such terms, and when. */
    accepted: Type.Optional(Type.Object({ terms: Words, by: Words, at: Type.Integer() }, strict)),
  },
  strict,
);
export type ModelCard = Static<typeof ModelCard>;

/** A router's model for one tenant: how the features that its encoder gives become confidence. */
export const RouterArtefact = Type.Object(
  {
    kind: Type.Literal("router"),
    /** The hashes of the encoder's files that it was fitted on. */
    base: Type.Record(Type.String({ pattern: "^[A-Za-z0-9._-]{1,64}$" }), Sha256, {
      minProperties: 1,
      maxProperties: 16,
    }),
    ranker: RankerWeights,
  },
  strict,
);
export type RouterArtefact = Static<typeof RouterArtefact>;

/** A language model's: weights that a server of a pool has loaded under a name, such as an adapter. */
export const OrchestratorArtefact = Type.Object(
  {
    kind: Type.Literal("orchestrator"),
    served: Type.String({ minLength: 1, maxLength: 256 }),
    /** Of its weights. */
    sha256: Sha256,
  },
  strict,
);
export type OrchestratorArtefact = Static<typeof OrchestratorArtefact>;

export const ModelArtefact = Type.Union([RouterArtefact, OrchestratorArtefact]);
export type ModelArtefact = Static<typeof ModelArtefact>;

export const NewModel = Type.Object(
  {
    model: ModelName,
    run: Type.Optional(ModelName),
    card: ModelCard,
    artefact: ModelArtefact,
    /** Of the artefact, as whoever made it counted it; refused when it is another. */
    sha256: Type.Optional(Sha256),
  },
  strict,
);
export type NewModel = Static<typeof NewModel>;
