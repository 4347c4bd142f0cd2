import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import type { TenantStore } from "@lilux/database";
import type { Part } from "@lilux/runtime";

const WRITE_EVERY_MS = 10_000;
const KEYS_MAX = 10_000;

/** When each key was last used: gathered here, and written together. What a killed gateway had gathered is lost. */
export interface KeyUses {
  add(keyId: string, at: number): void;
  readonly part: Part;
}

export interface KeyUsesDeps {
  store: Pick<TenantStore, "touchKeys">;
  clock: Clock;
  logger: Pick<Log, "warn">;
}

export function createKeyUses({ store, clock, logger }: KeyUsesDeps): KeyUses {
  const stopping = new AbortController();
  let gathered = new Map<string, number>();

  async function write(): Promise<void> {
    if (gathered.size === 0) return;
    const uses = gathered;
    gathered = new Map();
    await store
      .touchKeys(uses)
      .catch((err: unknown) => logger.warn({ err }, "last uses of keys are not on record"));
  }

  async function keepWriting(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(WRITE_EVERY_MS, stopping.signal);
      await write();
    }
  }

  return {
    add(keyId, at) {
      if (gathered.size < KEYS_MAX || gathered.has(keyId)) gathered.set(keyId, at);
    },
    part: {
      name: "key uses",
      start: () => void keepWriting(),
      async stop() {
        stopping.abort();
        await write();
      },
    },
  };
}
