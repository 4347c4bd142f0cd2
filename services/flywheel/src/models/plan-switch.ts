import type { StageChange, StoredModel } from "@lilux/database";
import { LiluxError, type ModelEvaluation, type ModelKind, type TrialStage } from "@lilux/protocol";

export const SHARE_DEFAULT = 0.05;

export interface Promotion {
  model: string;
  to: TrialStage;
  share: number | undefined;
  /** The newest that the gate made of it. */
  evaluation: ModelEvaluation | undefined;
  /** Turns of the canary that say whether its prediction was wanted, and how many there must be. */
  canaryTurns: number;
  canaryTurnsMin: number;
}

/** What has to be there before, by what is wanted; a model of a pool has no shadow of its own. */
const COMES_AFTER: Readonly<Record<ModelKind, Record<TrialStage, readonly string[]>>> = {
  router: { shadow: ["candidate"], canary: ["shadow", "canary"], live: ["canary"] },
  orchestrator: { shadow: [], canary: ["candidate", "canary"], live: ["canary"] },
};

/** The changes that promote a model one stage. Throws `invalid_request`, saying what stands in the way. */
export function planPromotion(models: readonly StoredModel[], promotion: Promotion): StageChange[] {
  const model = models.find((one) => one.model === promotion.model);
  if (model === undefined) throw noSuchModel(promotion.model);
  const { to, share = SHARE_DEFAULT, evaluation } = promotion;
  const live = liveOf(models, model.kind);
  if (!COMES_AFTER[model.kind][to].includes(model.stage)) throw wrongStage(model, to);
  checkEvaluation(model, { evaluation, live });
  const other = trialOf(models, model.kind);
  if (other !== undefined && other.model !== model.model) {
    throw refused(
      `${other.model} is in ${other.stage}. \`lilux flywheel rollback ${model.kind}\` ends that; one model is tried at a time.`,
    );
  }
  if (to !== "live") return [{ model: model.model, to, share: to === "canary" ? share : 0 }];
  checkCanary(promotion);
  const retired: StageChange[] =
    live === undefined
      ? []
      : [{ model: live.model, to: "retired", reason: `${model.model} took its place` }];
  return [...retired, { model: model.model, to: "live", before: live?.model }];
}

function checkEvaluation(
  { model }: StoredModel,
  given: { evaluation: ModelEvaluation | undefined; live: StoredModel | undefined },
): void {
  const { evaluation, live } = given;
  if (evaluation === undefined) {
    throw refused(
      `${model} has not been evaluated. \`lilux flywheel evaluate ${model}\` does that.`,
    );
  }
  if (!evaluation.passes) throw refused(`${model} was refused: ${evaluation.refusals.join(" ")}`);
  if (evaluation.against !== (live?.model ?? null)) {
    throw refused(
      `${model} was compared with ${evaluation.against ?? "the router's own model"}, and ${live?.model ?? "that"} is live now. Evaluate it again.`,
    );
  }
}

function checkCanary({ model, canaryTurns, canaryTurnsMin }: Promotion): void {
  if (canaryTurns >= canaryTurnsMin) return;
  throw refused(
    `${model} has answered ${canaryTurns} turns that say how it did; ${canaryTurnsMin} are asked for.`,
  );
}

/** What a rollback changes: a trial ends; without one the live model gives way to the one before. */
export function planRollback(
  models: readonly StoredModel[],
  { kind, reason }: { kind: ModelKind; reason: string | undefined },
): StageChange[] {
  const trial = trialOf(models, kind);
  if (trial !== undefined) return [{ model: trial.model, to: "retired", reason }];
  const live = liveOf(models, kind);
  if (live === undefined) {
    throw refused(
      `No model of the tenant's own answers as ${kind}: there is nothing to roll back.`,
    );
  }
  const before = models.find(({ model }) => model === live.before);
  const back: StageChange[] =
    before === undefined
      ? []
      : [{ model: before.model, to: "live", reason: `${live.model} was rolled back` }];
  return [{ model: live.model, to: "retired", reason }, ...back];
}

export function liveOf(models: readonly StoredModel[], kind: ModelKind): StoredModel | undefined {
  return models.find((model) => model.kind === kind && model.stage === "live");
}

function trialOf(models: readonly StoredModel[], kind: ModelKind): StoredModel | undefined {
  return models.find(
    (model) => model.kind === kind && (model.stage === "shadow" || model.stage === "canary"),
  );
}

export function noSuchModel(model: string): LiluxError {
  return new LiluxError("invalid_request", {
    message: `There is no model ${model}. \`lilux flywheel models\` lists them.`,
    details: { field: "model" },
  });
}

function wrongStage({ model, stage, kind }: StoredModel, to: TrialStage): LiluxError {
  const from = COMES_AFTER[kind][to];
  const way = from.length === 0 ? "there is none for this kind" : `that comes after ${from[0]}`;
  return refused(`${model} is ${stage} and cannot become ${to}: ${way}.`);
}

function refused(message: string): LiluxError {
  return new LiluxError("invalid_request", { message, details: { field: "model" } });
}
