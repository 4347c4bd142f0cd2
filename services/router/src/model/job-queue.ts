import { LiluxError } from "@lilux/protocol";
import type { RawLine } from "./worker-messages.ts";

interface JobBase {
  text: string;
  /** How often a worker has begun it. */
  attempts: number;
  /** Monotonic milliseconds. */
  enqueuedAt: number;
  reject(error: LiluxError): void;
}

export interface LineJob extends JobBase {
  kind: "line";
  key: string | undefined;
  /** Unix milliseconds after which it is not begun any more. */
  deadlineAt: number;
  resolve(line: RawLine): void;
}

export interface ItemJob extends JobBase {
  kind: "item";
  resolve(embedding: Float32Array): void;
}

export type Job = LineJob | ItemJob;

export type ShedReason = "superseded" | "expired" | "overloaded";

export interface JobQueueOptions {
  /** Lines that may wait; one more drops the oldest, which is the stalest. */
  linesMax: number;
  /**
   * While more lines wait than this, the newest is next: there is more work than
   * can be done, and in order every line would be answered late. Below, in order.
   */
  newestFirstAbove: number;
  now(): number;
  onShed(reason: ShedReason): void;
}

export interface JobQueue {
  add(job: Job): void;
  /** Puts back a job whose worker was lost; it is next. */
  putBack(job: Job): void;
  /** Takes out a job that is waiting; false when it is not. */
  remove(job: Job): boolean;
  /** The next job to begin: any line before any item, unless items are not wanted. */
  take(wanted: { items: boolean }): Job | undefined;
  waiting(): { lines: number; items: number };
}

/**
 * Two queues in one: typed lines first, items when no line waits. A line that
 * waits is replaced by a newer one of its key, dropped when its deadline has
 * passed before it began, and dropped when too many newer lines wait behind it.
 */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { linesMax, newestFirstAbove, now, onShed } = options;
  const lines = new Set<LineJob>();
  const byKey = new Map<string, LineJob>();
  const items = new Set<ItemJob>();

  function drop(job: LineJob, reason: ShedReason): void {
    removeLine(job);
    onShed(reason);
    job.reject(shedError(reason));
  }

  function removeLine(job: LineJob): boolean {
    if (job.key !== undefined && byKey.get(job.key) === job) byKey.delete(job.key);
    return lines.delete(job);
  }

  function addLine(job: LineJob): void {
    const older = job.key === undefined ? undefined : byKey.get(job.key);
    if (older !== undefined) drop(older, "superseded");
    lines.add(job);
    if (job.key !== undefined) byKey.set(job.key, job);
    if (lines.size <= linesMax) return;
    const oldest = lines.values().next().value;
    if (oldest !== undefined) drop(oldest, "overloaded");
  }

  function takeLine(): LineJob | undefined {
    for (const job of lines) {
      if (job.deadlineAt > now()) break;
      drop(job, "expired");
    }
    const job = lines.size > newestFirstAbove ? [...lines].at(-1) : lines.values().next().value;
    if (job === undefined) return undefined;
    if (job.deadlineAt <= now()) {
      drop(job, "expired");
      return takeLine();
    }
    removeLine(job);
    return job;
  }

  function takeItem(): ItemJob | undefined {
    const job = items.values().next().value;
    if (job !== undefined) items.delete(job);
    return job;
  }

  return {
    add(job) {
      if (job.kind === "line") addLine(job);
      else items.add(job);
    },
    putBack(job) {
      if (job.kind === "line") {
        // A newer line may wait already; then the lost one is stale.
        if (job.key !== undefined && byKey.has(job.key)) {
          onShed("superseded");
          job.reject(shedError("superseded"));
          return;
        }
        const waiting = [...lines];
        lines.clear();
        for (const next of [job, ...waiting]) lines.add(next);
        if (job.key !== undefined) byKey.set(job.key, job);
        return;
      }
      const waiting = [...items];
      items.clear();
      for (const next of [job, ...waiting]) items.add(next);
    },
    remove: (job) => (job.kind === "line" ? removeLine(job) : items.delete(job)),
    take: (wanted) => takeLine() ?? (wanted.items ? takeItem() : undefined),
    waiting: () => ({ lines: lines.size, items: items.size }),
  };
}

function shedError(reason: ShedReason): LiluxError {
  switch (reason) {
    case "superseded":
      return new LiluxError("cancelled", { message: "A newer line of the session replaced it." });
    case "expired":
      return new LiluxError("deadline_exceeded");
    case "overloaded":
      return new LiluxError("overloaded");
  }
}
