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
