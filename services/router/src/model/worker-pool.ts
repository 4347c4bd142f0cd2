import type { Clock } from "@lilux/core/async";
import { createKeptPlace } from "@lilux/core/fairness";
import { LiluxError } from "@lilux/protocol";
import { createItemPace } from "./item-pace.ts";
import {
  createJobQueue,
  type ItemJob,
  isBackground,
  type Job,
  type LineJob,
  type ShedReason,
} from "./job-queue.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-messages.ts";

/** The part of a worker thread that the pool uses, so that tests can hand in a scripted one. */
export interface PoolWorker {
  postMessage(request: WorkerRequest): void;
  on(event: "message", listener: (answer: WorkerAnswer) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
}

/** What the pool tells of its work, for metrics. Times are milliseconds. */
export interface PoolObserver {
  began(kind: Job["kind"], waitedMs: number): void;
  ran(kind: Job["kind"], runMs: number): void;
  shed(reason: ShedReason): void;
  workerLost(error: unknown): void;
}

export interface WorkerPoolOptions {
  spawn(): PoolWorker;
  workers: number;
  /** Lines that may wait. */
  linesMax: number;
  /** Of one tenant. */
  tenantLinesMax: number;
  observer: PoolObserver;
  clock: Pick<Clock, "unix">;
  /** How much of the workers a tenant gets beside others. */
  weightOf(tenant: string): number;
}

export interface WorkerPool {
  /** Resolves when every worker has its model; rejects when one cannot load it. */
  ready(): Promise<void>;
  submit(job: LineJob | ItemJob): void;
  /** Takes out a job that has not begun. */
  withdraw(job: LineJob | ItemJob): boolean;
  waiting(): { lines: number; items: number };
  /** Workers that have their model. */
  workersReady(): number;
  /** Finishes everything that was submitted, then ends the workers. */
  close(): Promise<void>;
}

interface Slot {
  worker: PoolWorker;
  state: "starting" | "idle" | "busy" | "lost";
  job: Job | undefined;
}

const ATTEMPTS_MAX = 2;
/** Lines a worker can have waiting for it and still answer all of them in good time. */
const NEWEST_FIRST_ABOVE = 6;
/** While people type an item is begun so often at most, so that its forward pass finds a core to spare. */
const ITEM_EVERY_MS = 10;
const TYPING_PAUSE_MS = 1_000;
const RESPAWN_DELAY_MS = [0, 100, 400, 1_600, 5_000];

/** Runs jobs on worker threads, one job at a time each; lines first. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { observer } = options;
  const queue = createJobQueue({
    linesMax: options.linesMax,
    tenantLinesMax: options.tenantLinesMax,
    newestFirstAbove: NEWEST_FIRST_ABOVE * options.workers,
    clock: options.clock,
    weightOf: options.weightOf,
    onShed: observer.shed,
  });
  // With several workers one always stays free of items, so that a line need not wait for one.
  const itemsAtOnceMax = Math.max(1, options.workers - 1);
  const pace = createItemPace({
    everyMs: ITEM_EVERY_MS,
    quietAfterMs: TYPING_PAUSE_MS,
    now: () => performance.now(),
  });
  const kept = createKeptPlace({ placesMax: options.workers, now: () => performance.now() });
  const slots = new Set<Slot>();
  const timers = new Set<NodeJS.Timeout>();
  const allReady = Promise.withResolvers<void>();
  const allClosed = Promise.withResolvers<void>();
  let everReady = 0;
  let failures = 0;
  let closing = false;
  let nextId = 0;
  let isPumpDue = false;

  function pump(): void {
    for (const slot of slots) {
      if (slot.state !== "idle") continue;
      const job = queue.take({ background: mayBeginItem(), mayGo });
      if (job === undefined) break;
      begin(slot, job);
    }
    if (closing && isQuiet()) endWorkers();
  }

  /**
   * A tenant that has more waiting than there are workers leaves the last idle one to others, where there
   * were others of late: a forward pass cannot be taken back, and theirs would wait for its end.
   */
  function mayGo(tenant: string): boolean {
    if (queue.linesOf(tenant) <= options.workers) return true;
    const running = [...slots].flatMap(({ job }) => job ?? []);
    const own = running.filter((job) => job.tenant === tenant).length;
    return !kept.isKeptFrom({ all: running.length, own });
  }

  function mayBeginItem(): boolean {
    if (itemsRunning() >= itemsAtOnceMax) return false;
    // A close waits for nobody who types.
    const waitMs = closing ? 0 : pace.waitMs();
    if (waitMs === 0) return true;
    pumpIn(waitMs);
    return false;
  }

  function pumpIn(waitMs: number): void {
    if (isPumpDue) return;
    isPumpDue = true;
    setTimeout(() => {
      isPumpDue = false;
      pump();
    }, waitMs);
  }

  function begin(slot: Slot, job: Job): void {
    if (isBackground(job)) pace.itemBegan();
    job.attempts += 1;
    slot.job = job;
    slot.state = "busy";
    nextId += 1;
    observer.began(job.kind, performance.now() - job.enqueuedAt);
    slot.worker.postMessage({ kind: job.kind, id: nextId, text: job.text });
  }

  function itemsRunning(): number {
    let running = 0;
    for (const { job } of slots) if (job !== undefined && isBackground(job)) running += 1;
    return running;
  }

  function isQuiet(): boolean {
    const { lines, items } = queue.waiting();
    return lines + items === 0 && [...slots].every((slot) => slot.job === undefined);
  }

  function endWorkers(): void {
    for (const slot of slots) slot.worker.postMessage({ kind: "stop" });
    if (slots.size === 0) allClosed.resolve();
  }

  function onAnswer(slot: Slot, answer: WorkerAnswer): void {
    const job = slot.job;
    if (job !== undefined && isBackground(job)) pace.itemEnded();
    slot.job = undefined;
    slot.state = "idle";
    if (answer.kind === "ready") {
      everReady += 1;
      if (everReady === options.workers) allReady.resolve();
    } else {
      failures = 0;
      settle(job, answer, observer);
    }
    pump();
  }

  function onLost(slot: Slot, error: unknown): void {
    if (slot.state === "lost") return;
    slots.delete(slot);
    const { job } = slot;
    const wasStarting = slot.state === "starting";
    slot.state = "lost";
    if (closing && job === undefined) {
      if (slots.size === 0) allClosed.resolve();
      return;
    }
    observer.workerLost(error);
    if (wasStarting) allReady.reject(startError(error));
    if (job !== undefined) retry(job, error);
    respawnLater();
    pump();
  }

  function retry(job: Job, cause: unknown): void {
    if (job.attempts < ATTEMPTS_MAX) queue.putBack(job);
    else job.reject(new LiluxError("router_unavailable", { cause }));
  }

  function respawnLater(): void {
    const delayMs = RESPAWN_DELAY_MS[Math.min(failures, RESPAWN_DELAY_MS.length - 1)] ?? 0;
    failures += 1;
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (closing && isQuiet()) endWorkers();
      else spawn();
    }, delayMs);
    timers.add(timer);
  }

  function spawn(): void {
    const slot: Slot = { worker: options.spawn(), state: "starting", job: undefined };
    slots.add(slot);
    slot.worker.on("message", (answer) => onAnswer(slot, answer));
    slot.worker.on("error", (error) => onLost(slot, error));
    slot.worker.on("exit", (code) => onLost(slot, new Error(`worker exited with ${code}`)));
  }

  for (let made = 0; made < options.workers; made += 1) spawn();
  // Whoever made the pool awaits `ready`; a later loss of a worker must not count as unhandled.
  allReady.promise.catch(() => undefined);

  return {
    ready: () => allReady.promise,
    submit(job) {
      if (closing) {
        job.reject(new LiluxError("shutting_down"));
        return;
      }
      if (!isBackground(job)) {
        pace.lineCame();
        kept.note(job.tenant);
      }
      queue.add(job);
      pump();
    },
    withdraw: (job) => queue.remove(job),
    waiting: () => queue.waiting(),
    workersReady: () => [...slots].filter(({ state }) => state !== "starting").length,
    close() {
      if (!closing) {
        closing = true;
        pump();
      }
      return allClosed.promise;
    },
  };
}

function settle(
  job: Job | undefined,
  answer: Exclude<WorkerAnswer, { kind: "ready" }>,
  observer: PoolObserver,
): void {
  if (job === undefined) return;
  if (answer.kind === "failed") {
    job.reject(new LiluxError("internal", { cause: new Error(answer.reason) }));
    return;
  }
  observer.ran(job.kind, answer.runMs);
  if (job.kind === "line" && answer.kind === "line") job.resolve(answer.line);
  if (job.kind === "item" && answer.kind === "item") job.resolve(answer.item);
}

function startError(cause: unknown): LiluxError {
  return new LiluxError("model_invalid", {
    message: "The model cannot be run. Fetch it again, or point LILUX_MODEL_DIR at another.",
    cause,
  });
}
