import { deadlineSignal } from "@lilux/core/async";
import { createParser } from "@lilux/protocol";
import { Type } from "typebox";

export interface MlflowOptions {
  /** Such as http://localhost:5000. */
  url: string;
  token?: string | undefined;
}

export interface Labelled {
  key: string;
  value: string;
}

export interface MlflowMetric {
  key: string;
  value: number;
  timestamp: number;
  step: number;
}

export type MlflowStatus = "RUNNING" | "FINISHED" | "FAILED";

/** As much of MLflow's REST API 2.0 as a mirror of runs needs. Each call is one request with a deadline. */
export interface MlflowClient {
  /** Its id; made where there is none of this name. */
  experiment(name: string): Promise<string>;
  /** The run with this tag, of this experiment. */
  findRun(experimentId: string, tag: Labelled): Promise<string | undefined>;
  createRun(given: {
    experimentId: string;
    name: string;
    startedAt: number;
    tags: readonly Labelled[];
  }): Promise<string>;
  logBatch(
    runId: string,
    batch: { metrics?: MlflowMetric[]; params?: Labelled[]; tags?: Labelled[] },
  ): Promise<void>;
  endRun(runId: string, ended: { status: MlflowStatus; at: number | undefined }): Promise<void>;
}

const DEADLINE_MS = 5_000;
const NOT_THERE = "RESOURCE_DOES_NOT_EXIST";

const fault = createParser(
  Type.Object({ error_code: Type.String() }),
  "MLflow's error",
  "internal",
);
const found = createParser(
  Type.Object({ experiment: Type.Object({ experiment_id: Type.String() }) }),
  "MLflow's answer",
  "internal",
);
const made = createParser(
  Type.Object({ experiment_id: Type.String() }),
  "MLflow's answer",
  "internal",
);
const Run = Type.Object({ info: Type.Object({ run_id: Type.String() }) });
const searched = createParser(
  Type.Object({ runs: Type.Optional(Type.Array(Run)) }),
  "MLflow's answer",
  "internal",
);
const created = createParser(Type.Object({ run: Run }), "MLflow's answer", "internal");

export function createMlflowClient({ url, token }: MlflowOptions): MlflowClient {
  const base = `${url.replace(/\/+$/, "")}/api/2.0/mlflow/`;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };

  async function ask(path: string, body?: object): Promise<unknown> {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const signal = deadlineSignal(DEADLINE_MS);
    const response = await fetch(`${base}${path}`, { headers, signal, ...init });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer;
    const code = fault.is(answer) ? answer.error_code : "";
    throw new MlflowRefusal(response.status, code);
  }

  return {
    async experiment(name) {
      try {
        const path = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
        return found.parse(await ask(path)).experiment.experiment_id;
      } catch (thrown) {
        if (!(thrown instanceof MlflowRefusal) || thrown.errorCode !== NOT_THERE) throw thrown;
        return made.parse(await ask("experiments/create", { name })).experiment_id;
      }
    },
    async findRun(experimentId, { key, value }) {
      const filter = `tags.\`${key}\` = '${value}'`;
      const body = { experiment_ids: [experimentId], filter, max_results: 1 };
      return searched.parse(await ask("runs/search", body)).runs?.[0]?.info.run_id;
    },
    async createRun({ experimentId, name, startedAt, tags }) {
      const body = { experiment_id: experimentId, run_name: name, start_time: startedAt, tags };
      return created.parse(await ask("runs/create", body)).run.info.run_id;
    },
    async logBatch(runId, batch) {
      await ask("runs/log-batch", { run_id: runId, ...batch });
    },
    async endRun(runId, { status, at }) {
      const ended = at === undefined ? {} : { end_time: at };
      await ask("runs/update", { run_id: runId, status, ...ended });
    },
  };
}

/** MLflow answered, and not with what was asked for. */
export class MlflowRefusal extends Error {
  readonly errorCode: string;
  /** Asking again may help. */
  readonly isPassing: boolean;

  constructor(status: number, errorCode: string) {
    super(`MLflow answered ${status} ${errorCode}`.trimEnd());
    this.errorCode = errorCode;
    this.isPassing = status >= 500 || status === 429;
  }
}
