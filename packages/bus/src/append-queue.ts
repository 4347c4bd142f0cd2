import { setTimeout as sleep } from "node:timers/promises";
import { finishWithin } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { Bus, StreamName } from "./bus.ts";

const APPEND_WITHIN_MS = 1_000;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;
/** Storing what waits is tried even when the deadline has passed. */
const CLOSE_AT_LEAST_MS = 250;

/** What is to be stored. `id` names it, so that storing it twice keeps one. */
export interface QueuedAppend {
  subject: string;
  body: unknown;
  id: string;
  /** How much its tenant counts where the stream is crowded. */
  weight?: number | undefined;
  onStored?: (() => void) | undefined;
}

/** Stores messages of a stream in the background; nobody waits for it. */
export interface AppendQueue {
  add(message: QueuedAppend): void;
  waiting(): number;
  /** Stores what waits, or gives up at the deadline. */
  close(withinMs: number): Promise<void>;
}

export interface AppendQueueDeps {
  bus: Pick<Bus, "append">;
  stream: StreamName;
  waitingMax: number;
  /** So many messages will never be stored. */
  onDropped(count: number): void;
}

/** In order, retried until stored or refused for want of room. When more waits than the bound, the oldest goes. */
export function createAppendQueue(deps: AppendQueueDeps): AppendQueue {
  const { bus, stream, waitingMax, onDropped } = deps;
  const waiting: QueuedAppend[] = [];
  const stop = new AbortController();
  let working: Promise<void> | undefined;

  async function drain(): Promise<void> {
    let failures = 0;
    for (let next = waiting[0]; next !== undefined && !stop.signal.aborted; next = waiting[0]) {
      const { subject, body, id, weight } = next;
      try {
        await bus.append(stream, subject, body, { id, deadlineMs: APPEND_WITHIN_MS, weight });
        failures = 0;
        if (waiting[0] === next) waiting.shift();
        next.onStored?.();
      } catch (error) {
        if (LiluxError.from(error).code === "storage_full") {
          // It will not be taken for days, and what comes behind it may be another tenant's.
          if (waiting[0] === next) waiting.shift();
          onDropped(1);
          continue;
        }
        failures += 1;
        const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures);
        await sleep(waitMs, undefined, { ref: false, signal: stop.signal }).catch(() => undefined);
      }
    }
    // In the same step as the last look at what waits, so that nothing added now is left lying.
    working = undefined;
  }

  return {
    add(message) {
      if (stop.signal.aborted) {
        onDropped(1);
        return;
      }
      waiting.push(message);
      if (waiting.length > waitingMax) {
        waiting.shift();
        onDropped(1);
      }
      working ??= drain();
    },
    waiting: () => waiting.length,
    async close(withinMs) {
      if (working !== undefined) {
        await finishWithin(working, Math.max(CLOSE_AT_LEAST_MS, withinMs));
      }
      if (waiting.length > 0) onDropped(waiting.length);
      stop.abort();
    },
  };
}
