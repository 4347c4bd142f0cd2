import type { Clock } from "@lilux/core/async";
import type { FlywheelStore } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import type { FlywheelMetrics } from "../metrics.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const LOOKS_EVERY_MS = 60 * 60 * 1_000;

export interface DeleteOldTurnsDeps {
  store: Pick<FlywheelStore, "deleteTurns">;
  metrics: Pick<FlywheelMetrics, "deleted">;
  clock: Clock;
  logger: Logger;
  keptDays: number;
}

/** Deletes, once an hour, what was kept for longer than it may be. */
export function deleteOldTurns({
  store,
  metrics,
  clock,
  logger,
  keptDays,
}: DeleteOldTurnsDeps): Part {
  const ended = new AbortController();
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    while (!ended.signal.aborted) {
      const now = clock.unix();
      try {
        const { turns } = await store.deleteTurns({ before: now - keptDays * DAY_MS }, now);
        metrics.deleted("age", turns);
      } catch (thrown) {
        // Tried again within the hour.
        logger.warn({ err: LiluxError.from(thrown) }, "old turns could not be deleted");
      }
      await clock.sleep(LOOKS_EVERY_MS, ended.signal);
    }
  }

  return {
    name: "retention",
    async start() {
      looking = look();
    },
    async stop() {
      ended.abort();
      await looking;
    },
  };
}
