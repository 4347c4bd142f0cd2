import { env as environment } from "node:process";
import { Worker } from "node:worker_threads";
import { abortError, type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { weighsTokens } from "@lilux/core/ranking";
import { LiluxError } from "@lilux/protocol";
import type { ItemReading } from "./item-reading.ts";
import type { ItemJob, LineJob } from "./job-queue.ts";
import { type ModelManifest, readModelManifest } from "./model-manifest.ts";
import { readRawLine } from "./read-raw-line.ts";
import { readVocabulary } from "./read-vocabulary.ts";
import type {
  ReadItemsOptions,
  ReadLineOptions,
  RouterModel,
  RouterModelCapabilities,
} from "./router-model.ts";
import type { WorkerData } from "./worker-messages.ts";
import {
  createWorkerPool,
  type PoolObserver,
  type PoolWorker,
  type WorkerPool,
} from "./worker-pool.ts";

export interface EncoderModelOptions {
  /** A folder with manifest.json, model.onnx and the tokeniser's two files. */
  directory: string;
  workers: number;
  /** Lines that may wait for a worker. */
  linesWaitingMax: number;
  /** Of one tenant; as many as of all unless told. */
  tenantLinesWaitingMax?: number;
  /** How much of the workers a tenant gets beside others; all the same unless told. */
  weightOf?: (tenant: string) => number;
  observer?: PoolObserver;
  /** Whether it gives the vectors of single tokens; where its ranker weighs them, unless told. */
  givesTokens?: boolean;
  /** The process's unless told. */
  clock?: Pick<Clock, "unix">;
}

/** Items of one `readItems` call that are in the queue at a time, so that the queue stays small. */
const ITEMS_QUEUED_MAX = 16;

const SILENT: PoolObserver = {
  began: () => undefined,
  ran: () => undefined,
  shed: () => undefined,
  workerLost: () => undefined,
};

/**
 * The shipped model: a sentence encoder with heads, on ONNX Runtime in worker
 * threads. Resolves when the model runs; rejects with `model_invalid` when its
 * files do not match their manifest or cannot be run.
 */
export async function createEncoderModel(options: EncoderModelOptions): Promise<RouterModel> {
  withoutTelemetry();
  const manifest = await readModelManifest(options.directory);
  const vocabulary = await readVocabulary(options.directory);
  const givesTokens = options.givesTokens ?? hasUseForTokens(manifest);
  const workerData: WorkerData = {
    directory: options.directory,
    textTokensMax: manifest.maxTextTokens,
    itemTokensMax: manifest.maxItemTokens,
    givesTokens,
  };
  const pool = createWorkerPool({
    spawn: (): PoolWorker =>
      new Worker(new URL("./encoder-worker.ts", import.meta.url), { workerData }),
    workers: options.workers,
    linesMax: options.linesWaitingMax,
    tenantLinesMax: options.tenantLinesWaitingMax ?? options.linesWaitingMax,
    observer: options.observer ?? SILENT,
    clock: options.clock ?? SYSTEM_CLOCK,
    weightOf: options.weightOf ?? (() => 1),
  });
  try {
    await pool.ready();
  } catch (error) {
    void pool.close();
    throw error;
  }
  const tokenDimensions = givesTokens ? manifest.tokenDimensions : undefined;
  return createPooledModel(manifest, pool, { vocabulary, tokenDimensions });
}

/** Vectors that nobody weighs would cost a copy at every keystroke, and memory for every item. */
function hasUseForTokens({ ranker }: ModelManifest): boolean {
  if (ranker === null) return false;
  return weighsTokens([...ranker.featureNames, ...(ranker.hidden?.contextNames ?? [])]);
}

/**
 * ONNX Runtime looks up its maker's host and keeps a device id unless this is
 * set before it is loaded (written, never read, here). Not in the worker, as what a worker sets is not seen by native code.
 */
function withoutTelemetry(): void {
  environment["ORT_DISABLE_TELEMETRY"] = "1";
}

/** The port on top of a pool. */
function createPooledModel(
  manifest: ModelManifest,
  pool: WorkerPool,
  given: Pick<RouterModelCapabilities, "vocabulary" | "tokenDimensions">,
): RouterModel {
  return {
    manifest,
    capabilities: {
      embeddingDimensions: manifest.embeddingDimensions,
      textTokensMax: manifest.maxTextTokens,
      joinsContext: manifest.joinsContext ?? false,
      ...given,
    },
    readLine: (text, lineOptions) => readLine(text, lineOptions),
    readItems: (texts, itemOptions) => readItems(texts, itemOptions ?? {}),
    load() {
      const { lines, items } = pool.waiting();
      return { waitingLines: lines, waitingItems: items, workersReady: pool.workersReady() };
    },
    close: () => pool.close(),
  };

  async function readLine(text: string, options: ReadLineOptions) {
    const { key, deadlineAt, signal, tenant = "", purpose = "keystroke" } = options;
    const { promise, resolve, reject } = Promise.withResolvers<Parameters<LineJob["resolve"]>[0]>();
    const enqueuedAt = performance.now();
    const job: LineJob = {
      kind: "line",
      purpose,
      tenant,
      text,
      key,
      deadlineAt,
      attempts: 0,
      enqueuedAt,
      resolve,
      reject,
    };
    return readRawLine(await submitted(job, promise, signal), manifest.labels);
  }

  async function readItems(texts: readonly string[], { signal, tenant = "" }: ReadItemsOptions) {
    const readings = new Array<ItemReading>(texts.length);
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let at = next++; at < texts.length; at = next++) {
        readings[at] = await readItem({ text: texts[at] ?? "", tenant }, signal);
      }
    };
    const lanes = Math.min(ITEMS_QUEUED_MAX, texts.length);
    await Promise.all(Array.from({ length: lanes }, lane));
    return readings;
  }

  function readItem(
    item: Pick<ItemJob, "text" | "tenant">,
    signal: AbortSignal | undefined,
  ): Promise<ItemReading> {
    const { promise, resolve, reject } = Promise.withResolvers<ItemReading>();
    const enqueuedAt = performance.now();
    const job: ItemJob = { kind: "item", ...item, attempts: 0, enqueuedAt, resolve, reject };
    return submitted(job, promise, signal);
  }

  /** Hands a job in and takes it out again when its caller gives up before it began. */
  async function submitted<T>(
    job: LineJob | ItemJob,
    result: Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const onAbort = (): void => {
      pool.withdraw(job);
      job.reject(signal === undefined ? new LiluxError("cancelled") : abortError(signal));
    };
    if (signal?.aborted === true) throw abortError(signal);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      pool.submit(job);
      return await result;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }
}
