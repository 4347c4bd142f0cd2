import { digestJson } from "@lilux/core/calls";
import { type FittedRanker, fitRanker } from "@lilux/core/fitting";
import type { FlywheelStore } from "@lilux/database";
import {
  type DatasetManifest,
  type DatasetRow,
  LiluxError,
  type ModelEvaluation,
  type RouterFit,
  type Tenant,
  type TrainingRun,
} from "@lilux/protocol";
import { type AnswerModelsDeps, addModel, evaluateAndStage } from "../models/answer-models.ts";
import { cardOfFit } from "./card-of-fit.ts";
import { type StudiedRows, studyRows } from "./study-rows.ts";

export interface FitRouterDeps extends AnswerModelsDeps {
  store: FlywheelStore;
  /** Makes a dataset of what is kept. */
  buildDataset(name: string): Promise<DatasetManifest>;
}

/** Fewer lines fit noise; the gate asks for its own number of held-out ones. */
export const TRAIN_LINES_MIN = 40;
/** The newest count: minutes of one core. */
const ROWS_MAX = 4_000;
const ROWS_AT_ONCE = 200;

/**
 * A tenant's ranker from what is kept now: dataset, offset and temperatures, run, candidate and the gate's
 * word on it, one after the other. Rejects with `invalid_request` where there is too little, and leaves a
 * run behind that says `failed` where something gave way.
 */
export async function fitRouter(
  tenant: Tenant,
  by: string,
  deps: FitRouterDeps,
): Promise<RouterFit> {
  const { clock, models } = deps;
  const manifest = await deps.buildDataset(`fit-${dayOf(clock.unix())}`);
  checkEnough(manifest);
  const { version } = manifest;
  const begun: TrainingRun = {
    run: `fit-${version}`,
    kind: "router",
    base: "the router's own ranker",
    data: version,
    settings: { turns: manifest.turns, rows: manifest.rows, people: manifest.people },
    metrics: {},
    state: "running",
    startedAt: Math.floor(clock.unix()),
  };
  await models.recordRun(tenant, begun, clock.unix());
  try {
    const rows = await rowsOf(tenant, version, deps.store);
    const studied = await studyRows(tenant, rows, { ...deps.evaluating, clock });
    const fitted = fitRanker(studied.ranker, studied.lines);
    const outcome = await register({ tenant, by, manifest, rows, studied, fitted }, deps);
    const run = finished(begun, { studied, fitted, ...outcome, at: clock.unix() });
    await models.recordRun(tenant, run, clock.unix());
    return { run, ...outcome };
  } catch (thrown) {
    const endedAt = Math.floor(clock.unix());
    await models.recordRun(tenant, { ...begun, state: "failed", endedAt }, endedAt);
    throw thrown;
  }
}

interface Fitted {
  tenant: Tenant;
  by: string;
  manifest: DatasetManifest;
  rows: readonly DatasetRow[];
  studied: StudiedRows;
  fitted: FittedRanker;
}

/** What is no better on the lines that decide is no candidate. */
async function register(
  { tenant, by, manifest, rows, studied, fitted }: Fitted,
  deps: FitRouterDeps,
): Promise<Omit<RouterFit, "run">> {
  const { strength, scale, ranker } = fitted;
  if (strength === undefined && scale === 1) return { model: null, evaluation: null };
  const { version } = manifest;
  const name = `fit-${version}`;
  const card = cardOfFit({ manifest, dataSha256: digestJson(rows), studied, fitted });
  const artefact = { kind: "router" as const, base: studied.base, ranker };
  await addModel(tenant, { model: name, run: name, card, artefact }, deps);
  const source = { dataset: version };
  const evaluation: ModelEvaluation = await evaluateAndStage(
    tenant,
    { model: name, source, by },
    deps,
  );
  const model = await addModel(tenant, { model: name, run: name, card, artefact }, deps);
  return { model, evaluation };
}

function finished(
  begun: TrainingRun,
  given: { studied: StudiedRows; fitted: FittedRanker; at: number } & Omit<RouterFit, "run">,
): TrainingRun {
  const { studied, fitted, model, evaluation, at } = given;
  const { encoder, lines } = studied;
  const { strength, scale, loss } = fitted;
  return {
    ...begun,
    base: `${encoder.name} ${encoder.version}`,
    settings: { ...begun.settings, strength: strength ?? "none", scale },
    metrics: {
      trainLines: lines.train.length,
      validationLines: lines.validation.length,
      lossBefore: loss.before,
      lossAfter: loss.after,
      candidate: model?.model ?? "none",
      passes: evaluation?.passes ?? false,
    },
    state: "finished",
    endedAt: Math.floor(at),
  };
}

function checkEnough({ splits, version }: DatasetManifest): void {
  const train = splits["train"] ?? 0;
  if (train >= TRAIN_LINES_MIN) return;
  throw new LiluxError("invalid_request", {
    message: `${train} lines are there to fit on; ${TRAIN_LINES_MIN} are asked for. Work for a while: dataset ${version} says what is kept.`,
    details: { field: "name" },
  });
}

async function rowsOf(
  tenant: Tenant,
  version: string,
  store: Pick<FlywheelStore, "openDataset">,
): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for (let after = -1; ; ) {
    const page = await store.openDataset({ tenant, version, after, limit: ROWS_AT_ONCE });
    for (const { position: _, turn: __, ...row } of page?.rows ?? []) rows.push(row);
    const last = page?.rows.at(-1);
    if (last === undefined || (page?.rows.length ?? 0) < ROWS_AT_ONCE) break;
    after = last.position;
  }
  return rows.slice(-ROWS_MAX);
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
