import type { Bus } from "@lilux/bus";
import {
  ConsentLevel,
  DatasetManifest,
  DatasetPage,
  ErrorBody,
  FlywheelDeleted,
  FlywheelState,
  KeptTurns,
  type Verb,
} from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { GatewayLimits } from "../config.ts";
import { type AskFlywheel, createAskFlywheel } from "./ask-flywheel.ts";
import type { App } from "./create-app.ts";
import { addFlywheelModelsRoutes } from "./flywheel-models-routes.ts";
import { addFlywheelReviewsRoutes } from "./flywheel-reviews-routes.ts";
import { addFlywheelThresholdsRoutes } from "./flywheel-thresholds-routes.ts";

const TAGS = ["Flywheel"];
const ERRORS = { "4xx": ErrorBody, "5xx": ErrorBody };

const ConsentBody = Type.Object({ level: ConsentLevel }, { additionalProperties: false });
const PartBody = Type.Object({ takesPart: Type.Boolean() }, { additionalProperties: false });
const DatasetBody = Type.Object(
  { name: DatasetManifest.properties.name },
  { additionalProperties: false },
);
const AfterQuery = Type.Object(
  { after: Type.Integer({ minimum: -1, default: -1 }) },
  { additionalProperties: false },
);
const WhoseQuery = Type.Object(
  {
    whose: Type.Optional(Type.Union([Type.Literal("mine"), Type.Literal("everybodys")])),
  },
  { additionalProperties: false },
);
const DatasetParams = Type.Object({ version: Type.String({ minLength: 1, maxLength: 64 }) });
const DatasetList = Type.Object({ datasets: Type.Array(DatasetManifest) });

export interface FlywheelRoutesDeps {
  bus: Pick<Bus, "request">;
  limits: Pick<GatewayLimits, "executeBodyBytesMax">;
}

/** `/v1/flywheel`: what may be kept of the tenant's turns for training, what is kept, and what was made of it. */
export function addFlywheelRoutes(app: App, { bus, limits }: FlywheelRoutesDeps): void {
  const ask = createAskFlywheel(bus);
  addConsentRoutes(app, ask);
  addKeptRoutes(app, ask);
  addDatasetRoutes(app, ask);
  addFlywheelReviewsRoutes(app, ask);
  addFlywheelThresholdsRoutes(app, ask);
  addFlywheelModelsRoutes(app, { ask, bodyLimit: limits.executeBodyBytesMax });
}

function addConsentRoutes(app: App, ask: AskFlywheel): void {
  const shown = {
    operationId: "showFlywheel",
    tags: TAGS,
    summary: "Show what may be kept for training, and how much is",
    response: { 200: FlywheelState, ...ERRORS },
  };
  app.get("/v1/flywheel", { schema: shown, config: { verb: "read" } }, ({ tenant }) =>
    ask(tenant, { do: "show" }, FlywheelState),
  );
  const consent = {
    operationId: "setConsent",
    tags: TAGS,
    summary: "Say what may be kept of the tenant's turns; what may not any more is deleted",
    body: ConsentBody,
    response: { 200: FlywheelDeleted, ...ERRORS },
  };
  app.put(
    "/v1/flywheel/consent",
    { schema: consent, config: { verb: "admin" } },
    ({ tenant, body }) => ask(tenant, { do: "consent", level: body.level }, FlywheelDeleted),
  );
  const part = {
    operationId: "takePart",
    tags: TAGS,
    summary: "Take part or not, as one person; whoever does not has everything of theirs deleted",
    body: PartBody,
    response: { 200: FlywheelDeleted, ...ERRORS },
  };
  app.put(
    "/v1/flywheel/part",
    { schema: part, config: { verb: "predict" } },
    ({ tenant, person, body }) =>
      ask(tenant, { do: "take-part", person, takesPart: body.takesPart }, FlywheelDeleted),
  );
}

function addKeptRoutes(app: App, ask: AskFlywheel): void {
  const mine = {
    operationId: "listKeptTurns",
    tags: TAGS,
    summary: "List what is kept of the caller's own turns, as it is stored",
    querystring: AfterQuery,
    response: { 200: KeptTurns, ...ERRORS },
  };
  app.get(
    "/v1/flywheel/turns",
    { schema: mine, config: { verb: "predict" } },
    ({ tenant, person, query }) =>
      ask(tenant, { do: "list-turns", person, after: query.after }, KeptTurns),
  );
  const deleted = {
    operationId: "deleteKeptTurns",
    tags: TAGS,
    summary: "Delete what is kept, and mark the datasets that it went into as stale",
    querystring: WhoseQuery,
    response: { 200: FlywheelDeleted, ...ERRORS },
  };
  app.delete(
    "/v1/flywheel/turns",
    { schema: deleted, config: { verb: verbOfDeletion } },
    ({ tenant, person, query }) => {
      const whose = query.whose === "everybodys" ? {} : { person };
      return ask(tenant, { do: "delete-turns", ...whose }, FlywheelDeleted);
    },
  );
}

function addDatasetRoutes(app: App, ask: AskFlywheel): void {
  const made = {
    operationId: "buildDataset",
    tags: TAGS,
    summary: "Make a dataset of what is kept",
    body: DatasetBody,
    response: { 200: DatasetManifest, ...ERRORS },
  };
  app.post(
    "/v1/flywheel/datasets",
    { schema: made, config: { verb: "admin" } },
    ({ tenant, body }) => ask(tenant, { do: "build-dataset", name: body.name }, DatasetManifest),
  );
  const listed = {
    operationId: "listDatasets",
    tags: TAGS,
    summary: "List the datasets, the newest first",
    response: { 200: DatasetList, ...ERRORS },
  };
  app.get("/v1/flywheel/datasets", { schema: listed, config: { verb: "admin" } }, ({ tenant }) =>
    ask(tenant, { do: "list-datasets" }, DatasetList),
  );
  const read = {
    operationId: "readDataset",
    tags: TAGS,
    summary: "Read a dataset's rows, by pages",
    params: DatasetParams,
    querystring: AfterQuery,
    response: { 200: DatasetPage, ...ERRORS },
  };
  app.get(
    "/v1/flywheel/datasets/:version",
    { schema: read, config: { verb: "admin" } },
    ({ tenant, params, query }) =>
      ask(tenant, { do: "read-dataset", version: params.version, after: query.after }, DatasetPage),
  );
}

function verbOfDeletion({ query }: FastifyRequest): Verb {
  return (query as { whose?: string }).whose === "everybodys" ? "admin" : "predict";
}
