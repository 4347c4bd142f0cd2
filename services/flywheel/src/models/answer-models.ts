import type { Clock } from "@lilux/core/async";
import { digestJson } from "@lilux/core/calls";
import type { DecideStages, FlywheelStore, ModelStore, StoredModel } from "@lilux/database";
import {
  createParser,
  LiluxError,
  type ListedModel,
  type ModelEvaluation,
  type ModelSwitch,
  type ModelsRequest,
  NewModel,
  type ShownModel,
  type Tenant,
  type TrainingRun,
} from "@lilux/protocol";
import type { FlywheelMetrics } from "../metrics.ts";
import type { RunMirror } from "../track/mirror-runs.ts";
import { artefactOf } from "./artefact-of.ts";
import { checkBase } from "./check-base.ts";
import { checkCard } from "./check-card.ts";
import { type EvaluateModelDeps, evaluateModel } from "./evaluate-model.ts";
import { liveOf, noSuchModel, planPromotion, planRollback } from "./plan-switch.ts";
import { reportTrial } from "./report-trial.ts";
import { type TellDeploymentsDeps, tellDeployments } from "./tell-deployments.ts";

export interface AnswerModelsDeps {
  models: ModelStore;
  store: FlywheelStore;
  evaluating: Omit<EvaluateModelDeps, "store" | "clock">;
  tell: TellDeploymentsDeps;
  mirror: Pick<RunMirror, "run" | "model">;
  metrics: Pick<FlywheelMetrics, "switched" | "evaluated">;
  clock: Clock;
  canaryTurnsMin: number;
}

export type ModelsAnswer =
  | { runs: TrainingRun[] }
  | { models: ListedModel[] }
  | { switches: ModelSwitch[] }
  | TrainingRun
  | ListedModel
  | ShownModel
  | ModelEvaluation;

const newModel = createParser(NewModel, "the model");

/** A bus message holds less than a megabyte, and two of them are told at once. */
const ARTEFACT_CHARACTERS_MAX = 300_000;

/** What a tenant asked about its runs and models. */
export async function answerModels(
  tenant: Tenant,
  request: Exclude<ModelsRequest, { do: "fit-router" }>,
  deps: AnswerModelsDeps,
): Promise<ModelsAnswer> {
  const { models, clock } = deps;
  switch (request.do) {
    case "record-run":
      await models.recordRun(tenant, request.run, clock.unix());
      deps.mirror.run(tenant, request.run);
      return request.run;
    case "list-runs":
      return { runs: await models.runs(tenant) };
    case "add-model":
      return addCheckedModel(tenant, newModel.parse(request.model), deps);
    case "list-models":
      return { models: await listed(tenant, await models.models(tenant), deps) };
    case "show-model":
      return showModel(tenant, request.model, deps);
    case "evaluate-model":
      return evaluateAndStage(tenant, request, deps);
    case "promote-model":
      return promote(tenant, request, deps);
    case "roll-back": {
      const { kind, reason, by } = request;
      const decide: DecideStages = (now) => planRollback(now, { kind, reason });
      return { switches: await change({ tenant, by, decide }, deps) };
    }
    case "list-switches":
      return { switches: await models.switches(tenant) };
  }
}

/** One from outside: whatever it was fitted on. */
async function addCheckedModel(
  tenant: Tenant,
  model: NewModel,
  deps: AnswerModelsDeps,
): Promise<ListedModel> {
  checkCard(model.card);
  await checkBase({ tenant, model: model.model, artefact: model.artefact }, deps.evaluating);
  return addModel(tenant, model, deps);
}

export async function addModel(
  tenant: Tenant,
  { model, run, card, artefact, sha256: told }: NewModel,
  deps: AnswerModelsDeps,
): Promise<ListedModel> {
  checkCard(card);
  const sha256 = digestJson(artefact);
  if (told !== undefined && told !== sha256) {
    throw invalid("sha256", `It is not what was hashed: this artefact's is ${sha256}.`);
  }
  if (JSON.stringify(artefact).length > ARTEFACT_CHARACTERS_MAX) {
    throw invalid("artefact", "It is larger than a message may be. Fit a smaller ranker.");
  }
  const { kind } = artefact;
  const addedAt = Math.floor(deps.clock.unix());
  const stored = { model, kind, run, sha256, card, artefact, addedAt };
  const outcome = await deps.models.addModel(tenant, stored);
  if (outcome === "taken") {
    throw invalid("model", `${model} is another model already. Give this one a name of its own.`);
  }
  const [only] = await listed(tenant, [await modelNamed(tenant, model, deps)], deps);
  if (only === undefined) throw noSuchModel(model);
  if (run !== undefined) deps.mirror.model(tenant, run, only);
  return only;
}

async function showModel(
  tenant: Tenant,
  name: string,
  deps: AnswerModelsDeps,
): Promise<ShownModel> {
  const model = await modelNamed(tenant, name, deps);
  const [only] = await listed(tenant, [model], deps);
  if (only === undefined) throw noSuchModel(name);
  const evaluations = await deps.models.evaluations(tenant, name);
  const { card } = model;
  const artefact = artefactOf(model);
  const isTried = model.stage === "shadow" || model.stage === "canary";
  const trial = isTried ? (await reportTrial(tenant, model, deps.store)).report : undefined;
  return { ...only, card, artefact, evaluations, ...(trial === undefined ? {} : { trial }) };
}

/** Judges a model and writes down what became of it: refused, or a candidate that may go on. */
export async function evaluateAndStage(
  tenant: Tenant,
  { model: name, source, by }: Omit<Extract<ModelsRequest, { do: "evaluate-model" }>, "do">,
  deps: AnswerModelsDeps,
): Promise<ModelEvaluation> {
  const { models, store, clock, metrics } = deps;
  const model = await modelNamed(tenant, name, deps);
  const live = liveOf(await models.models(tenant), model.kind);
  const evaluating = { ...deps.evaluating, store, clock };
  const evaluation = await evaluateModel({ tenant, model, live }, source, evaluating);
  await models.addEvaluation(tenant, evaluation);
  metrics.evaluated(evaluation.passes);
  const { passes, refusals } = evaluation;
  const decide: DecideStages = (now) => {
    const { stage } = now.find((one) => one.model === name) ?? {};
    if (stage === "candidate" && !passes) {
      return [{ model: name, to: "refused", reason: refusals.join(" ") }];
    }
    // Judged by other cases, or against another live model, it may go on.
    return stage === "refused" && passes ? [{ model: name, to: "candidate" }] : [];
  };
  await change({ tenant, by, decide }, deps);
  return evaluation;
}

async function promote(
  tenant: Tenant,
  { model: name, to, share, by }: Extract<ModelsRequest, { do: "promote-model" }>,
  deps: AnswerModelsDeps,
): Promise<{ switches: ModelSwitch[] }> {
  const { models, store, canaryTurnsMin } = deps;
  const { level } = await store.consent(tenant);
  if (level === "none" || level === "metrics") {
    throw invalid(
      "model",
      `How a model does is read from what people did, and the consent is ${level}. \`lilux flywheel consent redacted\` lets that be kept.`,
    );
  }
  const model = await modelNamed(tenant, name, deps);
  // The routers' model may be another one than when the candidate was judged.
  await checkBase({ tenant, model: name, artefact: artefactOf(model) }, deps.evaluating);
  const [evaluation] = await models.evaluations(tenant, name);
  const canaryTurns = to === "live" ? await turnsOfCanary(tenant, model, deps) : 0;
  const promotion = { model: name, to, share, evaluation, canaryTurns, canaryTurnsMin };
  const decide: DecideStages = (now) => planPromotion(now, promotion);
  return { switches: await change({ tenant, by, decide }, deps) };
}

/** Throws for a canary that turns speak against, though nobody has stopped it yet. */
async function turnsOfCanary(
  tenant: Tenant,
  model: StoredModel,
  { store }: AnswerModelsDeps,
): Promise<number> {
  if (model.stage !== "canary") return 0;
  const { report, verdict } = await reportTrial(tenant, model, store);
  if (verdict.stop === undefined) return report.turns;
  throw invalid("model", `Turns speak against ${model.model}: ${verdict.stop}.`);
}

async function change(
  { tenant, by, decide }: { tenant: Tenant; by: string; decide: DecideStages },
  { models, clock, metrics, tell, mirror }: AnswerModelsDeps,
): Promise<ModelSwitch[]> {
  const at = Math.floor(clock.unix());
  const { switches } = await models.switchStages({ tenant, by, at, decide });
  for (const one of switches) {
    metrics.switched(one);
    const model = await models.model(tenant, one.model);
    if (model?.run !== undefined) mirror.model(tenant, model.run, model);
  }
  // What could not be told is told again soon: it is written down that it was not.
  if (switches.length > 0) await tellDeployments({ tenant }, tell).catch(() => undefined);
  return switches;
}

async function modelNamed(
  tenant: Tenant,
  name: string,
  { models }: Pick<AnswerModelsDeps, "models">,
): Promise<StoredModel> {
  const model = await models.model(tenant, name);
  if (model === undefined) throw noSuchModel(name);
  return model;
}

async function listed(
  tenant: Tenant,
  models: readonly StoredModel[],
  { store }: Pick<AnswerModelsDeps, "store">,
): Promise<ListedModel[]> {
  const stale = await staleVersions(tenant, store);
  return models.map(
    ({ model, kind, run, sha256, stage, share, reason, addedAt, stagedAt, card }) => ({
      model,
      kind,
      sha256,
      stage,
      share,
      addedAt,
      stagedAt,
      ...(run === undefined ? {} : { run }),
      ...(reason === undefined ? {} : { reason }),
      isDataStale: card.data.dataset !== undefined && stale.has(card.data.dataset),
    }),
  );
}

/** Names of models that learnt of a dataset which rows were deleted from since. */
export async function staleModels(
  tenant: Tenant,
  { models, store }: Pick<AnswerModelsDeps, "models" | "store">,
): Promise<string[]> {
  const all = await listed(tenant, await models.models(tenant), { store });
  return all.filter(({ isDataStale }) => isDataStale).map(({ model }) => model);
}

async function staleVersions(
  tenant: Tenant,
  store: Pick<AnswerModelsDeps["store"], "datasets">,
): Promise<ReadonlySet<string>> {
  const all = await store.datasets(tenant);
  return new Set(
    all.filter(({ staleSince }) => staleSince !== undefined).map(({ version }) => version),
  );
}

function invalid(field: string, message: string): LiluxError {
  return new LiluxError("invalid_request", { message, details: { field } });
}
