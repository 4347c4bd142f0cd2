import {
  ErrorBody,
  EvaluationSource,
  ListedModel,
  ModelEvaluation,
  ModelKind,
  ModelSwitch,
  NewModel,
  RouterFit,
  ShownModel,
  TrainingRun,
  TrialStage,
} from "@lilux/protocol";
import { Type } from "typebox";
import type { AskFlywheel } from "../settings/ask-flywheel.ts";
import type { App } from "./create-app.ts";

const TAGS = ["Flywheel"];
const ERRORS = { "4xx": ErrorBody, "5xx": ErrorBody };
/** A router is asked some thousand lines, and may be busy. */
const EVALUATE_WITHIN_MS = 300_000;

/** Some thousand lines are read, fitted on, and those held out are read again. */
const FIT_WITHIN_MS = 600_000;

/** Models are made of what everybody in the tenant sent, and answer everybody. */
const ADMINS = { verb: "admin" } as const;

const strict = { additionalProperties: false };
const ModelParams = Type.Object({ model: Type.String({ minLength: 1, maxLength: 64 }) });
const PromotionBody = Type.Object(
  {
    to: TrialStage,
    share: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.5 })),
  },
  strict,
);
const RollbackBody = Type.Object(
  { kind: ModelKind, reason: Type.Optional(Type.String({ maxLength: 400 })) },
  strict,
);
const Runs = Type.Object({ runs: Type.Array(TrainingRun) });
const Models = Type.Object({ models: Type.Array(ListedModel) });
const Switches = Type.Object({ switches: Type.Array(ModelSwitch) });

export interface FlywheelModelsDeps {
  ask: AskFlywheel;
  /** An artefact, or the lines of an evaluation, may be in a body. */
  bodyLimit: number;
}

/** `/v1/flywheel/runs`, `…/models` and what is done with them. */
export function addFlywheelModelsRoutes(app: App, deps: FlywheelModelsDeps): void {
  addRunRoutes(app, deps);
  addModelRoutes(app, deps);
  addSwitchRoutes(app, deps);
}

function addRunRoutes(app: App, { ask, bodyLimit }: FlywheelModelsDeps): void {
  const recorded = {
    operationId: "recordRun",
    tags: TAGS,
    summary:
      "Tell of a training run, wherever it runs; told again it replaces what was told before",
    body: TrainingRun,
    response: { 200: TrainingRun, ...ERRORS },
  };
  app.post(
    "/v1/flywheel/runs",
    { schema: recorded, bodyLimit, config: ADMINS },
    ({ tenant, body }) => ask(tenant, { do: "record-run", run: body }, TrainingRun),
  );
  const listed = {
    operationId: "listRuns",
    tags: TAGS,
    summary: "List training runs, the one told of last first",
    response: { 200: Runs, ...ERRORS },
  };
  app.get("/v1/flywheel/runs", { schema: listed, config: ADMINS }, ({ tenant }) =>
    ask(tenant, { do: "list-runs" }, Runs),
  );
  const fitted = {
    operationId: "fitRouter",
    tags: TAGS,
    summary: "Fit a ranker on what is kept, and have the gate judge it",
    response: { 200: RouterFit, ...ERRORS },
  };
  app.post("/v1/flywheel/fits", { schema: fitted, config: ADMINS }, ({ tenant, person }) =>
    ask(tenant, { do: "fit-router", by: person }, RouterFit, FIT_WITHIN_MS),
  );
}

function addModelRoutes(app: App, { ask, bodyLimit }: FlywheelModelsDeps): void {
  const added = {
    operationId: "addModel",
    tags: TAGS,
    summary: "Register a model with its card; one whose card lacks something is refused",
    body: NewModel,
    response: { 200: ListedModel, ...ERRORS },
  };
  app.post(
    "/v1/flywheel/models",
    { schema: added, bodyLimit, config: ADMINS },
    ({ tenant, person, body }) =>
      ask(tenant, { do: "add-model", model: body, by: person }, ListedModel),
  );
  const listed = {
    operationId: "listModelsOfFlywheel",
    tags: TAGS,
    summary: "List models and their stages, the newest first",
    response: { 200: Models, ...ERRORS },
  };
  app.get("/v1/flywheel/models", { schema: listed, config: ADMINS }, ({ tenant }) =>
    ask(tenant, { do: "list-models" }, Models),
  );
  const shown = {
    operationId: "showModel",
    tags: TAGS,
    summary: "Show a model: its card, what the gate said, and what turns said while it is tried",
    params: ModelParams,
    response: { 200: ShownModel, ...ERRORS },
  };
  app.get("/v1/flywheel/models/:model", { schema: shown, config: ADMINS }, ({ tenant, params }) =>
    ask(tenant, { do: "show-model", model: params.model }, ShownModel),
  );
}

function addSwitchRoutes(app: App, { ask, bodyLimit }: FlywheelModelsDeps): void {
  const evaluated = {
    operationId: "evaluateModel",
    tags: TAGS,
    summary: "Judge a candidate against the live model, by a dataset's held-out lines or by cases",
    params: ModelParams,
    body: EvaluationSource,
    response: { 200: ModelEvaluation, ...ERRORS },
  };
  const evaluations = "/v1/flywheel/models/:model/evaluations";
  app.post(
    evaluations,
    { schema: evaluated, bodyLimit, config: ADMINS },
    ({ tenant, person, params, body: source }) => {
      const { model } = params;
      const request = { do: "evaluate-model", model, source, by: person } as const;
      return ask(tenant, request, ModelEvaluation, EVALUATE_WITHIN_MS);
    },
  );
  const promoted = {
    operationId: "promoteModel",
    tags: TAGS,
    summary: "Take a model one stage further: to shadow, to a share of sessions, to live",
    params: ModelParams,
    body: PromotionBody,
    response: { 200: Switches, ...ERRORS },
  };
  const promotion = "/v1/flywheel/models/:model/promotion";
  app.post(promotion, { schema: promoted, config: ADMINS }, ({ tenant, person, params, body }) => {
    const request = { do: "promote-model", model: params.model, ...body, by: person } as const;
    return ask(tenant, request, Switches);
  });
  const rolledBack = {
    operationId: "rollBack",
    tags: TAGS,
    summary: "End a trial; without one, go back to the model that was live before",
    body: RollbackBody,
    response: { 200: Switches, ...ERRORS },
  };
  app.post(
    "/v1/flywheel/rollback",
    { schema: rolledBack, config: ADMINS },
    ({ tenant, person, body }) => ask(tenant, { do: "roll-back", ...body, by: person }, Switches),
  );
  const switched = {
    operationId: "listSwitches",
    tags: TAGS,
    summary: "List every change of a model's stage: who, when, why; the newest first",
    response: { 200: Switches, ...ERRORS },
  };
  app.get("/v1/flywheel/switches", { schema: switched, config: ADMINS }, ({ tenant }) =>
    ask(tenant, { do: "list-switches" }, Switches),
  );
}
