import type { Clock } from "@lilux/core/async";
import type { ListedModel, Tenant, TrainingRun } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import { type MlflowClient, MlflowRefusal } from "./mlflow-client.ts";
import { mlflowRunOf, mlflowTagsOf } from "./mlflow-run.ts";

type MirroredModel = Pick<ListedModel, "model" | "sha256" | "stage">;

/** Tells MLflow what the registry of runs and models holds. Never waits, never throws: the registry is the truth. */
export interface RunMirror {
  run(tenant: Tenant, run: TrainingRun): void;
  /** Of the run that it came of. */
  model(tenant: Tenant, run: string, model: MirroredModel): void;
  part: Part;
}

export interface MirrorRunsDeps {
  /** Undefined where nobody asked for it. */
  client: MlflowClient | undefined;
  clock: Clock;
  logger: Logger;
}

type Job = (client: MlflowClient) => Promise<void>;

const QUEUE_MAX = 200;
const TRIES_MAX = 4;
const FIRST_WAIT_MS = 2_000;
const RUN_TAG = "lilux.run";

export function mirrorRuns({ client, clock, logger }: MirrorRunsDeps): RunMirror {
  const queue: Job[] = [];
  const experiments = new Map<string, string>();
  const ended = new AbortController();
  let working: Promise<void> | undefined;

  function add(job: Job): void {
    if (client === undefined || ended.signal.aborted) return;
    if (queue.length >= QUEUE_MAX) {
      queue.shift();
      logger.warn({ queue: QUEUE_MAX }, "MLflow is behind: what was to be told first is left out");
    }
    queue.push(job);
    working ??= work(client).finally(() => {
      working = undefined;
    });
  }

  async function work(to: MlflowClient): Promise<void> {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await tell(job, to);
  }

  async function tell(job: Job, to: MlflowClient): Promise<void> {
    for (let trial = 1; !ended.signal.aborted; trial += 1) {
      try {
        await job(to);
        return;
      } catch (err) {
        const mayPass = !(err instanceof MlflowRefusal) || err.isPassing;
        if (!mayPass || trial >= TRIES_MAX) {
          logger.warn({ err }, "MLflow was not told of a run");
          return;
        }
        await clock.sleep(FIRST_WAIT_MS * 2 ** (trial - 1), ended.signal);
      }
    }
  }

  async function experimentOf(tenant: Tenant, to: MlflowClient): Promise<string> {
    const known = experiments.get(tenant);
    if (known !== undefined) return known;
    const id = await to.experiment(`lilux/${tenant}`);
    if (experiments.size >= QUEUE_MAX) experiments.clear();
    experiments.set(tenant, id);
    return id;
  }

  return {
    run: (tenant, run) =>
      add(async (to) => {
        const experimentId = await experimentOf(tenant, to);
        const { name, startedAt, status, endedAt, params, metrics, tags } = mlflowRunOf(run);
        const own = { key: RUN_TAG, value: name };
        const known = await to.findRun(experimentId, own);
        const all = [own, ...tags];
        const runId = known ?? (await to.createRun({ experimentId, name, startedAt, tags: all }));
        // What a run was started with never changes, and MLflow refuses another value.
        const told = known === undefined ? { params } : { tags };
        await to.logBatch(runId, { metrics, ...told });
        await to.endRun(runId, { status, at: endedAt });
      }),
    model: (tenant, run, model) =>
      add(async (to) => {
        const experimentId = await experimentOf(tenant, to);
        const runId = await to.findRun(experimentId, { key: RUN_TAG, value: run });
        if (runId !== undefined) await to.logBatch(runId, { tags: mlflowTagsOf(model) });
      }),
    part: {
      name: "mlflow",
      async stop() {
        ended.abort();
        queue.length = 0;
        await working;
      },
    },
  };
}
