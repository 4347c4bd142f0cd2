import { isLineOf } from "./erase-lines.ts";
import type { LineStore, Place } from "./line-store.ts";

/** Lines in memory: they end with the process. */
export function createMemoryLineStore(): LineStore {
  const lines = new Map<number, { line: string; bytes: number }>();
  let next = 0;
  let total = 0;

  function remove(segment: number): void {
    total -= lines.get(segment)?.bytes ?? 0;
    lines.delete(segment);
  }

  return {
    async load() {},
    async write(added) {
      return added.map((line): Place => {
        const place = { segment: next, offset: 0, bytes: Buffer.byteLength(line) };
        lines.set(next, { line, bytes: place.bytes });
        next += 1;
        total += place.bytes;
        return place;
      });
    },
    async read(place) {
      return lines.get(place.segment)?.line ?? "";
    },
    async dropOldestSegment() {
      const oldest = lines.keys().next().value;
      if (oldest !== undefined) remove(oldest);
      return oldest;
    },
    release: (place) => remove(place.segment),
    async erase(tenant, before) {
      for (const [segment, { line }] of lines) if (isLineOf(tenant, line, before)) remove(segment);
    },
    firstFreeSequence: () => 1,
    bytes: () => total,
    async close() {
      lines.clear();
    },
  };
}
