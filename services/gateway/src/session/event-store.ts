import type { Bus } from "@lilux/bus";
import { finishWithin } from "@lilux/core/async";
import type { Tenant } from "@lilux/protocol";
import { storeBatch } from "./store-batch.ts";
import type { StoredEvent } from "./stored-event.ts";

const BATCH_EVENTS_MAX = 64;
const BATCH_BYTES_MAX = 512 * 1024;
const WAITING_EVENTS_MAX = 2_000;
const WAITING_BYTES_MAX = 16 * 1024 * 1024;

export interface EventStoreOptions {
  tenant: Tenant;
  sessionId: string;
  /** Names this holder of the session; another one has another name. */
  writer: string;
  /** The index of its first batch. */
  nextIndex: number;
}

export interface EventStoreDeps {
  bus: Bus;
  /** How much its tenant counts where the stream is crowded. */
  weight?: (() => number | undefined) | undefined;
  /** The newest offset that is stored, as it rises. */
  onStored(offset: number): void;
  /** Storing fails now; it is tried again meanwhile. */
  onDelayed(): void;
  /** Somebody else writes this session: whoever learns this must let go of it. */
  onFenced(): void;
}

/** Writes one session's events to EVENTS, in order, in the background. */
export interface EventStore {
  add(event: StoredEvent): void;
  waiting(): number;
  /** Resolves when all is stored, or at the deadline. */
  flush(withinMs: number): Promise<void>;
  close(): void;
}

/**
 * One append is in flight at a time, and takes all that waits with it, so order
 * holds without a wait per event. The message id names the batch's place: of
 * two gateways that both believe to hold a session, the second to write a place
 * is told `duplicate` and knows that it has lost it. When more waits than the
 * bound, storing stops for good: a later recovery then ends at the last stored
 * event and says so, rather than having a hole.
 */
export function createEventStore(options: EventStoreOptions, deps: EventStoreDeps): EventStore {
  const { tenant, sessionId, writer } = options;
  const waiting: StoredEvent[] = [];
  let waitingBytes = 0;
  const stop = new AbortController();
  let index = options.nextIndex;
  let working: Promise<void> | undefined;
  const batchDeps = { ...deps, tenant, sessionId, signal: stop.signal };

  async function drain(): Promise<void> {
    while (waiting.length > 0 && !stop.signal.aborted) {
      const { events, bytes } = takeBatch(waiting);
      waitingBytes -= bytes;
      const stored = await storeBatch({ writer, index, events }, batchDeps);
      if (!stored) break;
      index += 1;
      deps.onStored(events.at(-1)?.event.offset ?? 0);
    }
    // In the same step as the last look at what waits, so that nothing added now is left lying.
    working = undefined;
  }

  return {
    add(event) {
      if (stop.signal.aborted) {
        deps.onDelayed();
        return;
      }
      waiting.push(event);
      waitingBytes += event.bytes;
      if (waiting.length > WAITING_EVENTS_MAX || waitingBytes > WAITING_BYTES_MAX) {
        stop.abort();
        waiting.splice(0);
        deps.onDelayed();
        return;
      }
      working ??= drain();
    },
    waiting: () => waiting.length,
    async flush(withinMs) {
      const until = performance.now() + withinMs;
      while (working !== undefined) {
        if (!(await finishWithin(working, until - performance.now()))) return;
      }
    },
    close: () => stop.abort(),
  };
}

/** Removes and returns the first events, up to the bounds and at least one. */
function takeBatch(waiting: StoredEvent[]): { events: StoredEvent[]; bytes: number } {
  let bytes = 0;
  let count = 0;
  for (const event of waiting.slice(0, BATCH_EVENTS_MAX)) {
    if (count > 0 && bytes + event.bytes > BATCH_BYTES_MAX) break;
    bytes += event.bytes;
    count += 1;
  }
  return { events: waiting.splice(0, count), bytes };
}
