import type { Clock } from "@lilux/core/async";
import { createRoundRobin } from "@lilux/core/fairness";
import { LiluxError } from "@lilux/protocol";
import type { ItemReading } from "./item-reading.ts";
import type { RawLine } from "./worker-messages.ts";

interface JobBase {
  tenant: string;
  text: string;
  /** How often a worker has begun it. */
  attempts: number;
  /** Monotonic milliseconds. */
  enqueuedAt: number;
  reject(error: LiluxError): void;
}

/**
 * Why a line is read, the most urgent first: somebody types it, somebody asked
 * for it alone, somebody wants to know what it means, or it is one that is typed
 * for an item: nobody waits for that, and it comes after the items.
 */
export const LINE_PURPOSES = ["keystroke", "request", "embedding", "background"] as const;
export type LinePurpose = (typeof LINE_PURPOSES)[number];
const AWAITED = LINE_PURPOSES.filter((purpose) => purpose !== "background");

export interface LineJob extends JobBase {
  kind: "line";
  purpose: LinePurpose;
  key: string | undefined;
  /** Unix milliseconds after which it is not begun any more. */
  deadlineAt: number;
  resolve(line: RawLine): void;
}

export interface ItemJob extends JobBase {
  kind: "item";
  resolve(item: ItemReading): void;
}

export type Job = LineJob | ItemJob;

/** Nobody waits for it: it is begun only when no line is waiting, and at a pace while people type. */
export function isBackground(job: Job): boolean {
  return job.kind === "item" || job.purpose === "background";
}

export type ShedReason = "superseded" | "expired" | "overloaded";

export interface JobQueueOptions {
  /** Lines that may wait; one more drops the oldest of whoever has most waiting. */
  linesMax: number;
  /** Of one tenant; one more drops its oldest, which is the stalest. */
  tenantLinesMax: number;
  /**
   * While more lines wait than this, a tenant's newest is next: there is more work than
   * can be done, and in order every line would be answered late. Below, in order.
   */
  newestFirstAbove: number;
  clock: Pick<Clock, "unix">;
  /** How much of the workers a tenant gets beside others. */
  weightOf(tenant: string): number;
  onShed(reason: ShedReason): void;
}

export interface JobQueue {
  add(job: Job): void;
  /** Puts back a job whose worker was lost; it is next. */
  putBack(job: Job): void;
  /** Takes out a job that is waiting; false when it is not. */
  remove(job: Job): boolean;
  /**
   * The next job to begin: any line that is waited for, and then, where wanted, what nobody waits for.
   * Of tenants that may not go now no line; nothing else is begun in its place.
   */
  take(wanted: { background: boolean; mayGo?: (tenant: string) => boolean }): Job | undefined;
  waiting(): { lines: number; items: number };
  /** Of one tenant. */
  linesOf(tenant: string): number;
}

/** A forward pass has a fixed part, and one that grows with the text. */
const CHARACTERS_PER_UNIT = 256;

/**
 * Lines before items, lines in the order of their purposes, and within each of
 * these the tenants by turns, as their weights say. A line that waits is replaced by a newer one of
 * its key, dropped when its deadline has passed before it began, and dropped
 * when too many newer lines of its tenant wait behind it.
 */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { linesMax, tenantLinesMax, newestFirstAbove, clock, weightOf, onShed } = options;
  const turns = {
    flowOf: ({ tenant }: Job) => tenant,
    costOf: ({ text }: Job) => 1 + Math.floor(text.length / CHARACTERS_PER_UNIT),
    weightOf,
  };
  const lines = {
    keystroke: createRoundRobin<LineJob>(turns),
    request: createRoundRobin<LineJob>(turns),
    embedding: createRoundRobin<LineJob>(turns),
    background: createRoundRobin<LineJob>(turns),
  };
  const byKey = new Map<string, LineJob>();
  const byTenant = new Map<string, number>();
  const items = createRoundRobin<ItemJob>(turns);

  const linesWaiting = (): number =>
    LINE_PURPOSES.reduce((sum, purpose) => sum + lines[purpose].size(), 0);

  function drop(job: LineJob, reason: ShedReason): void {
    removeLine(job);
    onShed(reason);
    job.reject(shedError(reason));
  }

  function enterLine(job: LineJob): void {
    if (job.key !== undefined) byKey.set(job.key, job);
    byTenant.set(job.tenant, (byTenant.get(job.tenant) ?? 0) + 1);
  }

  /** What is to be forgotten of a line that waits no more. */
  function leaveLine(job: LineJob): void {
    if (job.key !== undefined && byKey.get(job.key) === job) byKey.delete(job.key);
    const left = (byTenant.get(job.tenant) ?? 1) - 1;
    if (left === 0) byTenant.delete(job.tenant);
    else byTenant.set(job.tenant, left);
  }

  function removeLine(job: LineJob): boolean {
    const wasWaiting = lines[job.purpose].remove(job);
    if (wasWaiting) leaveLine(job);
    return wasWaiting;
  }

  function addLine(job: LineJob): void {
    const older = job.key === undefined ? undefined : byKey.get(job.key);
    if (older !== undefined) drop(older, "superseded");
    lines[job.purpose].add(job);
    enterLine(job);
    const { tenant } = job;
    if ((byTenant.get(tenant) ?? 0) > tenantLinesMax) dropStalestOf(tenant);
    else if (linesWaiting() > linesMax) dropStalestOf(mostWaiting(byTenant));
  }

  /** The least urgent first, and of those the oldest. */
  function dropStalestOf(tenant: string): void {
    for (const purpose of LINE_PURPOSES.toReversed()) {
      const oldest = lines[purpose].oldestOf(tenant);
      if (oldest === undefined) continue;
      drop(oldest, "overloaded");
      return;
    }
  }

  /** Nobody waits for what is stale, also where it would not be next for long. */
  function dropStale(purpose: LinePurpose): void {
    const waiting = lines[purpose];
    for (const tenant of waiting.flows()) {
      for (let job = waiting.oldestOf(tenant); job !== undefined; job = waiting.oldestOf(tenant)) {
        if (job.deadlineAt > clock.unix()) break;
        drop(job, "expired");
      }
    }
  }

  function takeLine(
    purposes: readonly LinePurpose[],
    mayGo?: (tenant: string) => boolean,
  ): LineJob | undefined {
    purposes.forEach(dropStale);
    for (const purpose of purposes) {
      for (;;) {
        const newest = linesWaiting() > newestFirstAbove;
        const job = lines[purpose].take(mayGo === undefined ? { newest } : { newest, mayGo });
        if (job === undefined) break;
        leaveLine(job);
        if (job.deadlineAt > clock.unix()) return job;
        onShed("expired");
        job.reject(shedError("expired"));
      }
    }
    return undefined;
  }

  function putBackLine(job: LineJob): void {
    // A newer line may wait already; then the lost one is stale.
    if (job.key !== undefined && byKey.has(job.key)) {
      onShed("superseded");
      job.reject(shedError("superseded"));
      return;
    }
    lines[job.purpose].addFirst(job);
    enterLine(job);
  }

  return {
    add(job) {
      if (job.kind === "line") addLine(job);
      else items.add(job);
    },
    putBack(job) {
      if (job.kind === "line") putBackLine(job);
      else items.addFirst(job);
    },
    remove: (job) => (job.kind === "line" ? removeLine(job) : items.remove(job)),
    take(wanted) {
      const line = takeLine(AWAITED, wanted.mayGo);
      if (line !== undefined || !wanted.background) return line;
      if (AWAITED.some((purpose) => lines[purpose].size() > 0)) return undefined;
      return items.take() ?? takeLine(["background"]);
    },
    waiting: () => ({ lines: linesWaiting(), items: items.size() }),
    linesOf: (tenant) => byTenant.get(tenant) ?? 0,
  };
}

function mostWaiting(byTenant: ReadonlyMap<string, number>): string {
  let most: readonly [string, number] = ["", 0];
  for (const entry of byTenant) if (entry[1] > most[1]) most = entry;
  return most[0];
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
