import { type Static, Type } from "typebox";
import { Call, TEXT_CHARACTERS_MAX } from "./call.ts";
import { ModelName, RouterArtefact, Sha256 } from "./model-card.ts";
import { TextEnum } from "./text-enum.ts";

const Count = Type.Integer({ minimum: 0 });

/** Which models answer a tenant: what routers and orchestrators go by. In DEPLOYMENTS, the newest counts. */
const RouterPart = Type.Object({
  model: ModelName,
  /** Of the artefact, and of its JSON with sorted keys. */
  sha256: Sha256,
  artefact: RouterArtefact,
});
export type RouterPart = Static<typeof RouterPart>;
const OrchestratorPart = Type.Object({ model: ModelName, served: Type.String() });

const trialOf = { stage: TextEnum(["shadow", "canary"]), share: Type.Number() };

export const Deployment = Type.Object({
  tenant: Type.String(),
  /** Rises with every change. */
  revision: Count,
  router: Type.Optional(
    Type.Object({
      live: Type.Optional(RouterPart),
      trial: Type.Optional(Type.Object({ ...trialOf, ...RouterPart.properties })),
    }),
  ),
  orchestrator: Type.Optional(
    Type.Object({
      live: Type.Optional(OrchestratorPart),
      trial: Type.Optional(Type.Object({ ...trialOf, ...OrchestratorPart.properties })),
    }),
  ),
  /** The bar of acting as it was fitted to what the tenant's people took; what gateways go by. */
  thresholds: Type.Optional(Type.Object({ act: Type.Number({ minimum: 0, maximum: 1 }) })),
});
export type Deployment = Static<typeof Deployment>;

/** Asks a router how a candidate and the tenant's live model read lines. Nothing of it is kept, and no lesson counts. */
export const TrialRequest = Type.Object({
  artefact: RouterArtefact,
  live: Type.Optional(RouterArtefact),
  lines: Type.Array(
    Type.Object({
      line: Type.String({ maxLength: TEXT_CHARACTERS_MAX }),
      history: Type.Array(Type.String({ maxLength: TEXT_CHARACTERS_MAX }), { maxItems: 10 }),
    }),
    { maxItems: 64 },
  ),
});
export type TrialRequest = Static<typeof TrialRequest>;

const TrialLeader = Type.Object({
  /** Null: no call is likelier. */
  call: Type.Union([Call, Type.Null()]),
  /** On Enter. */
  confidence: Type.Number(),
});
export type TrialLeader = Static<typeof TrialLeader>;

export const TrialAnswer = Type.Object({
  lines: Type.Array(Type.Object({ candidate: TrialLeader, live: TrialLeader })),
});
export type TrialAnswer = Static<typeof TrialAnswer>;

const LINES_STUDIED_MAX = 32;

/**
 * Asks a router what its ranker goes by on labelled lines: a tenant's own ranker is fitted on it. Nothing
 * of it is kept, and no lesson counts, since the labels are what the lessons were made of.
 */
export const StudyRequest = Type.Object({
  study: Type.Array(
    Type.Object({
      line: Type.String({ maxLength: TEXT_CHARACTERS_MAX }),
      history: Type.Array(Type.String({ maxLength: TEXT_CHARACTERS_MAX }), { maxItems: 10 }),
      call: Type.Union([Call, Type.Null()]),
    }),
    { maxItems: LINES_STUDIED_MAX },
  ),
});
export type StudyRequest = Static<typeof StudyRequest>;

export const StudyAnswer = Type.Object({
  /** The model that the router came with. */
  encoder: Type.Object({ name: Type.String(), version: Type.String() }),
  base: RouterArtefact.properties.base,
  ranker: RouterArtefact.properties.ranker,
  lines: Type.Array(
    Type.Object({
      characters: Count,
      /** Of the likeliest candidates, those that are the call among them, each in the order of the ranker's features. */
      rows: Type.Array(Type.Array(Type.Number())),
      /** By the router's own ranker. */
      utilities: Type.Array(Type.Number()),
      /** Places of the candidates that are the call. */
      meant: Type.Array(Count),
    }),
  ),
});
export type StudyAnswer = Static<typeof StudyAnswer>;

/** Asks a router for lines of which nobody has to say what they mean: the library does. */
export const AnchorsRequest = Type.Object({ anchors: Type.Integer({ minimum: 1, maximum: 64 }) });
export type AnchorsRequest = Static<typeof AnchorsRequest>;

export const AnchorsAnswer = Type.Object({
  lines: Type.Array(
    Type.Object({
      line: Type.String(),
      /** The item that it describes; null for talk, which asks for nothing. */
      item: Type.Union([
        Type.Object({ item_type: Type.String(), item_id: Type.String() }),
        Type.Null(),
      ]),
    }),
  ),
});
export type AnchorsAnswer = Static<typeof AnchorsAnswer>;
