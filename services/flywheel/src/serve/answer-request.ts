import type { Clock } from "@lilux/core/async";
import type { FlywheelStore } from "@lilux/database";
import {
  type DatasetManifest,
  type DatasetPage,
  type FlywheelDeleted,
  type FlywheelRequest,
  type FlywheelState,
  type KeptTurns,
  LiluxError,
  type RouterFit,
  type ShownThresholds,
  type Tenant,
} from "@lilux/protocol";
import { buildDataset } from "../dataset/build-dataset.ts";
import { readEvaluationSets } from "../dataset/read-evaluation-sets.ts";
import { fitRouter } from "../fit/fit-router.ts";
import type { Consents } from "../ingest/consents.ts";
import type { FlywheelMetrics } from "../metrics.ts";
import {
  type AnswerModelsDeps,
  answerModels,
  type ModelsAnswer,
  staleModels,
} from "../models/answer-models.ts";
import { newestTurns } from "../read/newest-turns.ts";
import { answerReviews, type ReviewsAnswer } from "../review/answer-reviews.ts";
import { type AnswerThresholdsDeps, answerThresholds } from "../thresholds/answer-thresholds.ts";

export interface AnswerRequestDeps extends AnswerModelsDeps, AnswerThresholdsDeps {
  store: FlywheelStore;
  consents: Pick<Consents, "changed">;
  metrics: FlywheelMetrics;
  clock: Clock;
  datasetTurnsMax: number;
  /** Where the lines are that models are judged by. */
  evaluationSets: () => Promise<readonly string[]>;
}

/** A page fits in one message of the bus, whatever stands in its turns. */
const TURNS_A_PAGE = 10;
/** How many turns that cannot be read a manifest names. */
const UNREADABLE_NAMED = 100;
const ROWS_A_PAGE = 20;

type Answer =
  | ModelsAnswer
  | ReviewsAnswer
  | ShownThresholds
  | RouterFit
  | FlywheelState
  | FlywheelDeleted
  | KeptTurns
  | DatasetManifest
  | { datasets: DatasetManifest[] }
  | DatasetPage;

/** What a tenant asked of its flywheel. Rejects with `invalid_request` for a dataset that is not there. */
export async function answerRequest(
  tenant: Tenant,
  request: FlywheelRequest,
  deps: AnswerRequestDeps,
): Promise<Answer> {
  const { store, clock } = deps;
  switch (request.do) {
    case "show":
      return store.state(tenant);
    case "consent":
      return changed(tenant, deps, () =>
        store.setConsent({ tenant, level: request.level, at: clock.unix() }),
      );
    case "take-part": {
      const { person, takesPart } = request;
      return changed(tenant, deps, () =>
        store.setTakesPart({ tenant, person, takesPart, at: clock.unix() }),
      );
    }
    case "list-turns":
      return listTurns(tenant, request, store);
    case "delete-turns":
      return deleteTurns(tenant, request, deps);
    case "build-dataset":
      return makeDataset(tenant, request.name, deps);
    case "list-datasets":
      return { datasets: await store.datasets(tenant) };
    case "read-dataset":
      return readDataset(tenant, request, store);
    case "fit-router": {
      const buildDataset = (name: string) => makeDataset(tenant, name, deps);
      return fitRouter(tenant, request.by, { ...deps, buildDataset });
    }
    case "add-model":
    case "evaluate-model":
    case "list-models":
    case "list-runs":
    case "list-switches":
    case "promote-model":
    case "record-run":
    case "roll-back":
    case "show-model":
      return answerModels(tenant, request, deps);
    case "list-reviews":
    case "review":
    case "undo-review":
    case "show-noise":
      return answerReviews(tenant, request, deps);
    case "show-thresholds":
    case "fit-thresholds":
    case "switch-thresholds":
    case "roll-back-thresholds":
      return answerThresholds(tenant, request, deps);
  }
}

/** Somebody's wish, or by its age: then nothing else has changed. */
async function deleteTurns(
  tenant: Tenant,
  { person, before }: { person?: string | undefined; before?: number | undefined },
  deps: AnswerRequestDeps,
): Promise<FlywheelDeleted> {
  const { store, clock, metrics } = deps;
  const deletes = () => store.deleteTurns({ tenant, person, before }, clock.unix());
  if (before === undefined) return changed(tenant, deps, deletes);
  const deleted = await deletes();
  metrics.deleted("age", deleted.turns);
  return deleted;
}

async function changed(
  tenant: Tenant,
  { consents, metrics, ...stores }: AnswerRequestDeps,
  change: () => Promise<FlywheelDeleted>,
): Promise<FlywheelDeleted> {
  try {
    const deleted = await change();
    metrics.deleted("wish", deleted.turns);
    if (deleted.staleDatasets === 0) return deleted;
    return { ...deleted, staleModels: await staleModels(tenant, stores) };
  } finally {
    consents.changed(tenant);
  }
}

async function listTurns(
  tenant: Tenant,
  { person, after }: { person: string; after: number },
  store: FlywheelStore,
): Promise<KeptTurns> {
  const page = await store.turns({ tenant, person, after, limit: TURNS_A_PAGE });
  // Whoever asks what is kept of a person is told all of it, also what is no turn to this version.
  const turns = [...page.turns, ...page.unreadable].sort((a, b) => a.position - b.position);
  return { turns: turns.map((turn) => ({ ...turn })), next: page.next ?? null };
}

async function makeDataset(
  tenant: Tenant,
  name: string,
  { store, clock, datasetTurnsMax, evaluationSets: where, metrics }: AnswerRequestDeps,
): Promise<DatasetManifest> {
  const unreadable: number[] = [];
  const turns = await newestTurns(tenant, datasetTurnsMax, store, ({ position }) => {
    if (unreadable.length < UNREADABLE_NAMED) unreadable.push(position);
  });
  const ratings = await store.ratings(tenant);
  const reviews = await store.reviews(tenant);
  const now = Math.floor(clock.unix());
  const evaluationSets = await readEvaluationSets(await where());
  const source = { tenant, name, turns, unreadable, ratings, reviews, evaluationSets, now };
  const dataset = buildDataset(source);
  if (dataset.rows.length === 0) {
    throw new LiluxError("invalid_request", {
      message: `Nothing was kept that teaches anything: ${turns.length} turns are there. Agree to "redacted" or "full", and work for a while.`,
      details: { field: "name" },
    });
  }
  await store.addDataset(dataset);
  metrics.datasets.inc();
  return dataset.manifest;
}

async function readDataset(
  tenant: Tenant,
  { version, after }: { version: string; after: number },
  store: Pick<FlywheelStore, "openDataset">,
): Promise<DatasetPage> {
  const opened = await store.openDataset({ tenant, version, after, limit: ROWS_A_PAGE });
  if (opened === undefined) {
    throw new LiluxError("invalid_request", {
      message: `There is no dataset ${version}. \`lilux flywheel datasets\` lists them.`,
      details: { field: "version" },
    });
  }
  const last = opened.rows.length === ROWS_A_PAGE ? opened.rows.at(-1) : undefined;
  const rows = opened.rows.map(({ position: _, ...row }) => row);
  return { manifest: opened.manifest, rows, next: last?.position ?? null };
}
