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
import type { TenantRecords } from "../records/tenant-records.ts";
import { type AskFlywheel, createAskFlywheel } from "../settings/ask-flywheel.ts";
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
  records: Pick<TenantRecords, "store" | "directory" | "keeper"> | undefined;
  now(): number;
}

/** `/v1/flywheel`: what may be kept of the tenant's turns for training, what is kept, and what was made of it. */
export function addFlywheelRoutes(app: App, deps: FlywheelRoutesDeps): void {
  const { bus, limits } = deps;
  const ask = createAskFlywheel(bus);
  addConsentRoutes(app, ask, deps);
  addKeptRoutes(app, ask);
  addDatasetRoutes(app, ask);
  addFlywheelReviewsRoutes(app, ask);
  addFlywheelThresholdsRoutes(app, ask);
  addFlywheelModelsRoutes(app, { ask, bodyLimit: limits.executeBodyBytesMax });
}

function addConsentRoutes(app: App, ask: AskFlywheel, deps: FlywheelRoutesDeps): void {
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
    async (request) => {
      const { tenant, body } = request;
      await setConsentOf(request, body.level, deps);
      return ask(tenant, { do: "consent", level: body.level }, FlywheelDeleted);
    },
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

/** Where the tenant's settings say it too they go on saying the same. */
async function setConsentOf(
  { tenant, caller }: FastifyRequest,
  consent: ConsentLevel,
  { records, now }: FlywheelRoutesDeps,
): Promise<void> {
  const record = await records?.store.tenant(tenant);
  const said = record?.settings.consent;
  if (records === undefined || said === undefined || said === consent) return;
  const change = { tenant, change: { settingsChange: { consent } } };
  const changed = await records.store.changeTenant(change, { actor: caller.person, at: now() });
  await records.directory.refresh();
  if (changed !== undefined) records.keeper.changed(changed);
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
