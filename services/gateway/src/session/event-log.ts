import type { ThoughtDelta, TurnEvent } from "@lilux/protocol";
import { createEventRing } from "./event-ring.ts";
import type { EventStore, EventStoreDeps } from "./event-store.ts";
import { type StoredEvent, toStored } from "./stored-event.ts";

/** How long an event that should be stored first waits for that. */
const HOLD_MS = 250;

/** What is numbered and stored: thoughts are neither. */
export type NewEvent = Exclude<TurnEvent, ThoughtDelta> | { type: "turn-accepted"; turnId: string };

/** Gets events in order, each once, as they may be shown. */
export type EventSink = (events: readonly StoredEvent[]) => void;

/** A session's events: numbered, kept for resuming, stored, and handed to who watches. */
export interface EventLog {
  append(event: NewEvent): void;
  /** The offset of the newest event that was handed out or may be. */
  releasedOffset(): number;
  /** The oldest offset memory still holds; one above the newest when it holds none. */
  oldestOffset(): number;
  /** What memory holds above this offset and may be shown. */
  since(offset: number): StoredEvent[];
  /** Watches what is released from now on. One watcher at a time. */
  watch(sink: EventSink | undefined): void;
  held(): number;
  unstored(): number;
  flush(withinMs: number): Promise<void>;
  /** Whether all that was appended until now is stored, at the latest after so long. */
  isStored(withinMs: number): Promise<boolean>;
  close(): void;
}

export interface EventLogOptions {
  /** The offset of the last event before this log. */
  startOffset: number;
  openStore(hooks: Pick<EventStoreDeps, "onStored" | "onDelayed">): EventStore;
}

/**
 * An event that says something was done (a turn accepted, a call started or
 * ended, a turn's end) is shown once it is stored, so that after a crash nobody
 * was told what the log does not know. Text goes out at once unless such an
 * event waits before it. When storing is slow or down, showing goes on.
 */
export function createEventLog({ startOffset, openStore }: EventLogOptions): EventLog {
  const ring = createEventRing();
  let lastOffset = startOffset;
  let released = startOffset;
  let storedOffset = startOffset;
  let sink: EventSink | undefined;
  let holdTimer: ReturnType<typeof setTimeout> | undefined;
  let isDelayed = false;
  let isClosed = false;

  /** From the first event on: most sessions are idle, and a store is not small. */
  let store: EventStore | undefined;
  const openedStore = (): EventStore =>
    openStore({
      onStored(offset) {
        isDelayed = false;
        storedOffset = offset;
        release(offset);
      },
      onDelayed() {
        isDelayed = true;
        release(lastOffset);
      },
    });

  function release(upTo: number): void {
    if (upTo <= released) return;
    const from = released;
    released = upTo;
    if (released === lastOffset) {
      clearTimeout(holdTimer);
      holdTimer = undefined;
    }
    sink?.(ring.between(from, upTo));
    // What is not shown yet is never dropped.
    ring.trim(released);
  }

  return {
    append(event) {
      lastOffset += 1;
      const stored = toStored({ ...event, offset: lastOffset });
      ring.push(stored);
      const nothingHeld = released === lastOffset - 1;
      if (isClosed) return release(lastOffset);
      store ??= openedStore();
      store.add(stored);
      if (isDelayed || (nothingHeld && !isDeed(event))) release(lastOffset);
      else holdTimer ??= setTimeout(() => release(lastOffset), HOLD_MS);
    },
    releasedOffset: () => released,
    oldestOffset: () => ring.oldestOffset() ?? lastOffset + 1,
    since: (offset) => ring.between(offset, released),
    watch(next) {
      sink = next;
    },
    held: () => ring.count(),
    unstored: () => store?.waiting() ?? 0,
    flush: async (withinMs) => store?.flush(withinMs),
    async isStored(withinMs) {
      const upTo = lastOffset;
      await store?.flush(withinMs);
      return storedOffset >= upTo;
    },
    close() {
      clearTimeout(holdTimer);
      isClosed = true;
      store?.close();
    },
  };
}

function isDeed({ type }: NewEvent): boolean {
  return !["text-delta", "call-progress", "plan-update", "turn-start"].includes(type);
}
