import type {
  ModelArtefact,
  ModelCard,
  ModelKind,
  ModelStage,
  ModelSwitch,
  Tenant,
  ThresholdFit,
  ThresholdMode,
} from "@lilux/protocol";

/** A model as it is kept. */
export interface StoredModel {
  model: string;
  kind: ModelKind;
  run: string | undefined;
  /** Of the artefact's JSON with sorted keys. */
  sha256: string;
  card: ModelCard;
  /** Null: it lies outside the database, by its hash. */
  artefact: ModelArtefact | null;
  stage: ModelStage;
  share: number;
  reason: string | undefined;
  /** What was live before it; undefined for what the services came with. */
  before: string | undefined;
  /** Unix milliseconds. */
  addedAt: number;
  stagedAt: number;
}

/** A change of one model's stage. */
export interface StageChange {
  model: string;
  to: ModelStage;
  share?: number;
  reason?: string | undefined;
  before?: string | undefined;
}

/** The stages of a tenant's models, as they are while nobody else can change them. */
export type DecideStages = (models: readonly StoredModel[]) => readonly StageChange[];

export interface SwitchedStages {
  revision: number;
  switches: ModelSwitch[];
}

export interface TenantDeployment {
  tenant: Tenant;
  revision: number;
  /** Those that answer, or are tried. */
  models: StoredModel[];
  /** The bar of acting as it was changed last. */
  threshold: StoredThreshold | undefined;
}

/** A change of a tenant's bar of acting. */
export interface StoredThreshold {
  /** Unix milliseconds. */
  at: number;
  by: string;
  mode: ThresholdMode;
  /** Null: the gateway's own counts. */
  act: number | null;
  /** The tenant's live model that it was fitted on; null is the router's own. */
  model: string | null;
  fit: ThresholdFit | null;
}

/** The next change, of those that were made before: the newest first, while nobody else can change them. */
export type DecideThreshold = (before: readonly StoredThreshold[]) => StoredThreshold;
