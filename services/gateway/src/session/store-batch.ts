import { setTimeout as sleep } from "node:timers/promises";
import { type Bus, JsonText, subjects } from "@lilux/bus";
import type { Tenant } from "@lilux/protocol";
import { readStored } from "./read-stored.ts";
import type { StoredEvent } from "./stored-event.ts";
import type { StoredBatch } from "./stored-message.ts";

/** Who watches is shown the events then, stored or not. */
const DELAYED_AFTER_MS = 500;
/** A bus that is slow is listened to for longer: what is sent anew meanwhile makes it slower. */
const APPEND_WITHIN_MS = 5_000;
const READ_WITHIN_MS = 5_000;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 1_000;

/** A batch before it is stored. */
export interface NewBatch extends Pick<StoredBatch, "writer" | "index"> {
  events: readonly StoredEvent[];
}

export interface StoreBatchDeps {
  bus: Bus;
  tenant: Tenant;
  sessionId: string;
  /** How much its tenant counts where the stream is crowded. */
  weight?: (() => number | undefined) | undefined;
  /** Ends the attempts. */
  signal: AbortSignal;
  onDelayed(): void;
  onFenced(): void;
}

/** Appends until it is stored. Resolves with false when stopped, or when its place is taken. */
export async function storeBatch(batch: NewBatch, deps: StoreBatchDeps): Promise<boolean> {
  const delayed = setTimeout(deps.onDelayed, DELAYED_AFTER_MS);
  return untilStored(batch, deps).finally(() => clearTimeout(delayed));
}

async function untilStored(batch: NewBatch, deps: StoreBatchDeps): Promise<boolean> {
  const { bus, tenant, sessionId, signal } = deps;
  const id = `${sessionId}:events:${batch.index}`;
  const subject = subjects.event(tenant, sessionId);
  const body = bodyOf(batch);
  let isTaken = false;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      if (!isTaken) {
        const append = { id, deadlineMs: APPEND_WITHIN_MS, weight: deps.weight?.() };
        const { duplicate } = await bus.append("EVENTS", subject, body, append);
        if (!duplicate) return true;
        isTaken = true;
      }
      if (await isOurs(batch, deps)) return true;
      deps.onFenced();
      return false;
    } catch {
      deps.onDelayed();
      const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** attempt);
      await sleep(waitMs, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
  return false;
}

/** A `StoredBatch`, of texts that are there already. */
function bodyOf({ writer, index, events }: NewBatch): JsonText {
  const texts = events.map(({ json }) => json).join(",");
  return new JsonText(`{"writer":${JSON.stringify(writer)},"index":${index},"events":[${texts}]}`);
}

/** An attempt that timed out, here or below the bus, may have been stored all the same. */
async function isOurs(batch: NewBatch, deps: StoreBatchDeps): Promise<boolean> {
  const messages = await readStored(deps, { bus: deps.bus, deadlineMs: READ_WITHIN_MS });
  return messages.find(({ index }) => index === batch.index)?.writer === batch.writer;
}
