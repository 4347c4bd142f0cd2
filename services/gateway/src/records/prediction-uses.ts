import { randomUUID } from "node:crypto";
import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import type { TenantStore } from "@lilux/database";
import type { Tenant } from "@lilux/protocol";
import type { Part } from "@lilux/runtime";

const WRITE_EVERY_MS = 10_000;
const BATCHES_MAX = 10_000;

/** How many predictions each person was answered: gathered here, and written together. */
export interface PredictionUses {
  add(use: { tenant: Tenant; person: string; at: number }): void;
  readonly part: Part;
}

export interface PredictionUsesDeps {
  store: Pick<TenantStore, "countUse">;
  clock: Clock;
  logger: Pick<Log, "warn">;
}

type Batch = Parameters<TenantStore["countUse"]>[0] & { predictions: number };

/**
 * A batch has a name, so that one that is written again counts once. What a killed gateway
 * had gathered, ten seconds at most, is on nobody's bill.
 */
export function createPredictionUses({ store, clock, logger }: PredictionUsesDeps): PredictionUses {
  const stopping = new AbortController();
  let gathered = new Map<string, Batch>();
  let unwritten: Batch[] = [];

  async function write(): Promise<void> {
    const batches = [...unwritten, ...gathered.values()];
    gathered = new Map();
    unwritten = [];
    const lost: Batch[] = [];
    for (const [place, batch] of batches.entries()) {
      try {
        await store.countUse(batch);
      } catch (err) {
        lost.push(...batches.slice(place));
        logger.warn({ err, batches: lost.length }, "predictions are not counted yet");
        break;
      }
    }
    unwritten = [...lost, ...unwritten].slice(-BATCHES_MAX);
  }

  async function keepWriting(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(WRITE_EVERY_MS, stopping.signal);
      await write();
    }
  }

  return {
    add({ tenant, person, at }) {
      const day = Math.floor(at / 86_400_000);
      const key = `${tenant} ${person} ${day}`;
      const batch = gathered.get(key);
      if (batch !== undefined) batch.predictions += 1;
      else if (gathered.size < BATCHES_MAX) {
        const name = `predictions ${randomUUID()}`;
        gathered.set(key, { tenant, person, at, name, predictions: 1 });
      }
    },
    part: {
      name: "prediction uses",
      start: () => void keepWriting(),
      async stop() {
        stopping.abort();
        await write();
      },
    },
  };
}
