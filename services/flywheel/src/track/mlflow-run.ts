import type { ListedModel, TrainingRun } from "@lilux/protocol";
import type { Labelled, MlflowMetric, MlflowStatus } from "./mlflow-client.ts";

/** What MLflow takes of one value; it refuses what is longer. */
const VALUE_CHARACTERS_MAX = 500;
const KEY_CHARACTERS_MAX = 250;
const PARAMS_MAX = 100;
const STATUS: Readonly<Record<TrainingRun["state"], MlflowStatus>> = {
  running: "RUNNING",
  finished: "FINISHED",
  failed: "FAILED",
};

/** A training run in MLflow's words. Metrics that are no numbers are tags. */
export interface MlflowRun {
  name: string;
  startedAt: number;
  status: MlflowStatus;
  endedAt: number | undefined;
  params: Labelled[];
  metrics: MlflowMetric[];
  tags: Labelled[];
}

export function mlflowRunOf(run: TrainingRun): MlflowRun {
  const { kind, base, data, settings, metrics, state, startedAt, endedAt } = run;
  const timestamp = endedAt ?? startedAt;
  const numbers = Object.entries(metrics).filter(([, value]) => isNumber(value));
  const others = Object.entries(metrics).filter(([, value]) => !isNumber(value));
  return {
    name: run.run,
    startedAt,
    status: STATUS[state],
    endedAt,
    params: Object.entries(settings)
      .slice(0, PARAMS_MAX)
      .map(([key, value]) => labelled(key, value)),
    metrics: numbers.map(([key, value]) => ({
      key: keyOf(key),
      value: Number(value),
      timestamp,
      step: 0,
    })),
    tags: [
      labelled("lilux.kind", kind),
      labelled("lilux.base", base),
      labelled("lilux.data", data),
      ...others.map(([key, value]) => labelled(`metric.${key}`, value)),
    ],
  };
}

/** Where the model that came of a run is, and how far it came. */
export function mlflowTagsOf({
  model,
  sha256,
  stage,
}: Pick<ListedModel, "model" | "sha256" | "stage">) {
  return [
    labelled("lilux.model", model),
    labelled("lilux.model.sha256", sha256),
    labelled("lilux.model.stage", stage),
    labelled("lilux.model.artefact", `/v1/flywheel/models/${encodeURIComponent(model)}`),
  ];
}

function labelled(key: string, value: unknown): Labelled {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return { key: keyOf(key), value: text.slice(0, VALUE_CHARACTERS_MAX) };
}

/** Letters, digits and a few signs are all that a key may have. */
function keyOf(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9_\-./ ]/g, "_").slice(0, KEY_CHARACTERS_MAX);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}
