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
}

export interface Lifecycle {
  state(): LifecycleState;
  /** What keeps it from being ready; empty when ready. */
  unready(): string[];
  start(): Promise<void>;
  stop(deadlineMs?: number): Promise<void>;
}

const STOP_DEADLINE_MS = 10_000;

/**
 * Starts parts in order and stops them in reverse. A start that fails stops
 * what had started and rejects. Stopping twice is one stop; a part that fails
 * to stop is logged and does not keep the others open.
 */
export function createLifecycle(parts: readonly Part[], logger: Logger): Lifecycle {
  let state: LifecycleState = "created";
  let stopping: Promise<void> | undefined;
  const started: Part[] = [];

  async function stopParts(deadlineAt: number): Promise<void> {
    for (const part of started.splice(0).reverse()) {
      try {
        await part.stop?.(deadlineAt);
      } catch (error) {
        logger.error({ part: part.name, err: error }, "part did not stop cleanly");
      }
    }
  }

  return {
    state: () => state,
    unready() {
      if (state !== "ready") return [`service is ${state}`];
      return parts.flatMap((part) => part.unready?.() ?? []);
    },
    async start() {
      state = "starting";
      for (const part of parts) {
        try {
          started.push(part);
          await part.start?.();
        } catch (error) {
          state = "failed";
          await stopParts(Date.now() + STOP_DEADLINE_MS);
          throw error;
        }
      }
      state = "ready";
    },
    stop(deadlineMs = STOP_DEADLINE_MS) {
      stopping ??= (async () => {
        state = "draining";
        await stopParts(Date.now() + deadlineMs);
        state = "stopped";
      })();
      return stopping;
    },
  };
}
