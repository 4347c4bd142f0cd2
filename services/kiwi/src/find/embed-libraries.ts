import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "@lilux/core/async";
import { itemTextOf } from "@lilux/core/embedding";
import { loggedError } from "@lilux/core/telemetry";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { Library } from "../library/library.ts";
import type { EmbeddingSource } from "./ask-embeddings.ts";

/** Sees to it, in the background, that every item of the libraries in use gets its embedding. */
export interface LibraryEmbedder {
  /** Takes a library up unless all of it is embedded. Cheap; called at every search. */
  tend(tenant: Tenant, library: Library): void;
  /** A query came back of another model than the items': finds out whether the model was changed. */
  doubtModel(tenant: Tenant, library: Library): void;
  close(): void;
}

export interface EmbedderDeps {
  source: Pick<EmbeddingSource, "ofItems">;
  logger: Logger;
  /** How many items are embedded in all libraries together. */
  embeddedCount: () => number;
  clock: Clock;
  /** Waits so many ms; rejects when aborted. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const BATCH = 32;
/** About 200 MB over all libraries; what lies beyond is found by its words only. */
const EMBEDDED_MAX = 500_000;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 60_000;
/** While routers of two models answer, as in a rollout, libraries do not change back and forth. */
const ADOPT_EVERY_MS = 30_000;

interface Task {
  tenant: Tenant;
  library: Library;
  adoptedAt: number;
  doubted: boolean;
  failures: number;
  running: boolean;
}

/** One loop a library, one batch in flight each; a failure is tried again ever more rarely. */
export function createLibraryEmbedder(deps: EmbedderDeps): LibraryEmbedder {
  const { source, logger, clock, wait = waitUnref } = deps;
  const ended = new AbortController();
  const tasks = new WeakMap<Library, Task>();

  function taskOf(tenant: Tenant, library: Library): Task {
    const known = tasks.get(library);
    if (known !== undefined) return known;
    const begun = { tenant, library, doubted: false, failures: 0, running: false };
    const task = { ...begun, adoptedAt: Number.NEGATIVE_INFINITY };
    tasks.set(library, task);
    return task;
  }

  function isDone({ library, doubted }: Task): boolean {
    const { meaning } = library.index;
    const isFull = deps.embeddedCount() >= EMBEDDED_MAX;
    return ended.signal.aborted || (!doubted && (meaning.pendingCount === 0 || isFull));
  }

  async function run(task: Task): Promise<void> {
    task.running = true;
    while (!isDone(task)) {
      try {
        await embedBatch(task);
        task.failures = 0;
      } catch (error) {
        if (ended.signal.aborted) break;
        noteFailure(task, error);
        const ms = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (task.failures - 1));
        await wait(ms, ended.signal).catch(() => undefined);
      }
    }
    task.running = false;
  }

  function noteFailure(task: Task, error: unknown): void {
    task.failures += 1;
    if (task.failures !== 1) return;
    const { tenant } = task;
    const fault = { logger, message: "embedding failed", fields: { tenant } };
    const { code } = loggedError(error, fault);
    logger.info({ tenant, code }, "items are found by words only until they are embedded");
  }

  async function embedBatch(task: Task): Promise<void> {
    const { tenant, library } = task;
    const { meaning } = library.index;
    const batch = meaning.pending(BATCH).map(({ key, textHash, item }) => ({
      key,
      textHash,
      text: itemTextOf(item),
    }));
    const probe = batch.length === 0;
    const texts = probe ? ["probe"] : batch.map(({ text }) => text);
    const { model, width, embeddings } = await source.ofItems(tenant, texts, ended.signal);
    task.doubted = false;
    if (model !== meaning.model) adopt(task, model, width);
    if (width !== meaning.width) throw unusable("one model, two widths");
    for (const [place, { key, textHash }] of batch.entries()) {
      const embedding = embeddings[place];
      if (embedding !== undefined) meaning.set(key, textHash, embedding);
    }
    if (!probe && meaning.pendingCount === 0) {
      logger.info({ tenant, items: meaning.embedded, model: meaning.model }, "library embedded");
    }
  }

  function adopt(task: Task, model: string, width: number): void {
    if (clock.monotonic() - task.adoptedAt < ADOPT_EVERY_MS) {
      throw unusable("two models answer");
    }
    task.adoptedAt = clock.monotonic();
    task.library.index.meaning.adopt(model, width);
  }

  function start(task: Task): void {
    if (!task.running && !isDone(task)) void run(task);
  }

  return {
    tend: (tenant, library) => start(taskOf(tenant, library)),
    doubtModel(tenant, library) {
      const task = taskOf(tenant, library);
      if (clock.monotonic() - task.adoptedAt < ADOPT_EVERY_MS) return;
      task.doubted = true;
      start(task);
    },
    close: () => ended.abort(),
  };
}

function unusable(why: string): LiluxError {
  return new LiluxError("router_unavailable", { cause: new Error(why) });
}

function waitUnref(ms: number, signal: AbortSignal): Promise<unknown> {
  return delay(ms, undefined, { signal, ref: false });
}
