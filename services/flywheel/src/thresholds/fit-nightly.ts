import { LiluxError } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import { BY_ITSELF } from "../models/watch-trials.ts";
import { type AnswerThresholdsDeps, fitAndSwitch } from "./answer-thresholds.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const LOOKS_EVERY_MS = 20 * 60 * 1_000;

/** Fits the bars of tenants that have it so anew, each a day after its last fit. */
export function fitNightly(deps: AnswerThresholdsDeps & { logger: Logger }): Part {
  const { models, clock, logger } = deps;
  const ended = new AbortController();
  let looking: Promise<void> = Promise.resolve();

  async function fitAll(): Promise<void> {
    for (const tenant of await models.tenantsFitted()) {
      if (ended.signal.aborted) return;
      const [now] = await models.thresholds(tenant);
      const isDue = clock.unix() - (now?.fit?.at ?? 0) >= DAY_MS;
      if (isDue) await fitAndSwitch(tenant, { by: BY_ITSELF }, deps);
    }
  }

  async function look(): Promise<void> {
    while (!ended.signal.aborted) {
      await fitAll().catch((thrown: unknown) => {
        // Tried again soon; what counted goes on counting.
        logger.warn({ err: LiluxError.from(thrown) }, "bars of acting could not be fitted");
      });
      await clock.sleep(LOOKS_EVERY_MS, ended.signal);
    }
  }

  return {
    name: "thresholds",
    async start() {
      looking = look();
    },
    async stop() {
      ended.abort();
      await looking;
    },
  };
}
