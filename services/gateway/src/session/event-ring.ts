import type { StoredEvent } from "./stored-event.ts";

const EVENTS_MAX = 2_000;
const BYTES_MAX = 1024 * 1024;

/** The newest events of a session, in order and without holes. */
export interface EventRing {
  push(stored: StoredEvent): void;
  /** Those above `from`, up to `upTo`. */
  between(from: number, upTo: number): StoredEvent[];
  oldestOffset(): number | undefined;
  /** Drops the oldest ones above the bounds, but none above `upTo`. */
  trim(upTo: number): void;
  count(): number;
}

export function createEventRing(): EventRing {
  const events: StoredEvent[] = [];
  let bytes = 0;
  return {
    push(stored) {
      events.push(stored);
      bytes += stored.bytes;
    },
    between(from, upTo) {
      const first = events[0]?.event.offset ?? 0;
      return events.slice(Math.max(0, from + 1 - first), Math.max(0, upTo + 1 - first));
    },
    oldestOffset: () => events[0]?.event.offset,
    trim(upTo) {
      while (events.length > EVENTS_MAX || bytes > BYTES_MAX) {
        const oldest = events[0];
        if (oldest === undefined || oldest.event.offset > upTo) return;
        events.shift();
        bytes -= oldest.bytes;
      }
    },
    count: () => events.length,
  };
}
