import { LiluxError } from "@lilux/protocol";
import type { Logger } from "./create-logger.ts";

export type LifecycleState = "created" | "starting" | "ready" | "draining" | "stopped" | "failed";

/** One thing that is opened at start and closed at stop. */
export interface Part {
  name: string;
  start?: () => Promise<void> | void;
  /** Stops taking work, finishes what it can before the deadline (Unix ms), closes. */
  stop?: (deadlineAt: number) => Promise<void> | void;
  /** Why it cannot work now; undefined when it can. */
  unready?: () => string | undefined;
  /**
   * What is wrong with something of others that it stands for: told under its name, and as
   * degraded. It is no reason to be unready: every replica would be, and nothing were left.
   */
  dependency?: () => string | undefined;
  /** What it does without now, though it works; undefined when nothing. */
  degraded?: () => string | undefined;
}

export interface Lifecycle {
  state(): LifecycleState;
  /** What keeps it from being ready; empty when ready. */
  unready(): string[];
  /** What it does without, though it is ready. */
  degraded?(): string[];
  /** What is wrong with what it needs of others, by the name of the part that stands for it. */
  dependencies?(): Record<string, string | undefined>;
  start(): Promise<void>;
  stop(deadlineMs?: number): Promise<void>;
}

const STOP_DEADLINE_MS = 10_000;

/**
 * Starts parts in order and stops them in reverse. A start that fails stops
 * what had started and rejects. A stop in the middle of a start waits for the
 * part that is just being started, starts no further one, and closes those
 * that are open; the start rejects with `cancelled`. Stopping twice is one
 * stop. A part that fails to stop is logged, does not keep the others open,
 * and leaves the state `failed`.
 */
export function createLifecycle(parts: readonly Part[], logger: Logger): Lifecycle {
  let state: LifecycleState = "created";
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  const started: Part[] = [];

  async function startParts(): Promise<void> {
    for (const part of parts) {
      if (stopping !== undefined) throw new LiluxError("cancelled");
      started.push(part);
      await part.start?.();
    }
    if (stopping !== undefined) throw new LiluxError("cancelled");
  }

  async function stopParts(deadlineAt: number): Promise<boolean> {
    let clean = true;
    for (const part of started.splice(0).reverse()) {
      try {
        await part.stop?.(deadlineAt);
      } catch (error) {
        clean = false;
        logger.error({ part: part.name, err: error }, "part did not stop cleanly");
      }
    }
    return clean;
  }

  async function stop(deadlineMs: number): Promise<void> {
    const deadlineAt = Date.now() + deadlineMs;
    state = "draining";
    if (starting !== undefined) await settledWithin(starting, deadlineMs);
    state = (await stopParts(deadlineAt)) ? "stopped" : "failed";
  }

  return {
    state: () => state,
    unready() {
      if (state !== "ready") return [`service is ${state}`];
      return parts.flatMap((part) => part.unready?.() ?? []);
    },
    degraded() {
      const why = parts.flatMap((part) => [part.degraded?.(), part.dependency?.()]);
      return [...new Set(why.flatMap((one) => one ?? []))];
    },
    dependencies() {
      const entries = parts.flatMap(({ name, dependency }) =>
        dependency === undefined ? [] : [[name, dependency()] as const],
      );
      return Object.fromEntries(entries);
    },
    async start() {
      if (stopping === undefined) state = "starting";
      starting = startParts();
      try {
        await starting;
        state = "ready";
      } catch (error) {
        if (stopping === undefined) {
          state = "failed";
          await stopParts(Date.now() + STOP_DEADLINE_MS);
        }
        throw error;
      } finally {
        // A stop of what is up begins at once: no part may take work after it was asked for.
        starting = undefined;
      }
    },
    stop(deadlineMs = STOP_DEADLINE_MS) {
      stopping ??= stop(deadlineMs);
      return stopping;
    },
  };
}

/** A start that hangs must not keep the rest open for ever. */
async function settledWithin(work: Promise<void>, withinMs: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, withinMs);
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
