import { mkdir, readdir, unlink } from "node:fs/promises";
import type { Log } from "@lilux/core/telemetry";
import { eraseLines } from "./erase-lines.ts";
import type { LineStore, Place } from "./line-store.ts";
import {
  appendLines,
  firstOfName,
  loadSegment,
  openSegment,
  type Segment,
  syncDirectory,
} from "./segment.ts";

export interface SegmentLineStoreOptions {
  directory: string;
  logger: Log;
  segmentBytesMax?: number;
}

const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Lines on disk in files of about 8 MiB. `write` resolves after fdatasync. A
 * last line torn by a kill or a power cut is cut off at the next start. Old
 * lines go a whole file at a time.
 */
export function createSegmentLineStore(options: SegmentLineStoreOptions): LineStore {
  const { directory, logger, segmentBytesMax = SEGMENT_BYTES_MAX } = options;
  const segments = new Map<number, Segment>();
  let active: Segment | undefined;
  let highest = 0;

  async function addSegment(first: number): Promise<Segment> {
    const segment = await openSegment(directory, first);
    segments.set(first, segment);
    return segment;
  }

  async function removeSegment(segment: Segment): Promise<void> {
    if (!segments.delete(segment.first)) return;
    const wasDeleted = await isDeleted(segment);
    await segment.handle.close();
    if (!wasDeleted) await unlink(segment.path);
  }

  return {
    async load(found) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const firsts = (await readdir(directory)).flatMap((name) => firstOfName(name) ?? []);
      for (const first of firsts.sort((a, b) => a - b)) {
        active = await addSegment(first);
        highest = first;
        const torn = await loadSegment(active, found);
        if (torn) logger.warn({ path: active.path }, "stream journal had a torn last line");
      }
    },
    async write(lines, firstSequence) {
      // Of a file that was deleted a sync succeeds, and keeps nothing.
      if (active !== undefined && (await isDeleted(active))) {
        logger.error({ path: active.path }, "stream journal was deleted, another file is begun");
        await mkdir(directory, { recursive: true, mode: 0o700 });
        active = undefined;
      }
      if (active === undefined || active.bytes >= segmentBytesMax) {
        active = await addSegment(firstSequence);
        await syncDirectory(directory);
      }
      try {
        return await appendLines(active, lines);
      } catch (error) {
        // The next write begins another file, should what was half written stay.
        active = undefined;
        throw error;
      }
    },
    read: (place) => readPlace(segments, place),
    async dropOldestSegment() {
      const oldest = segments.values().next().value;
      if (oldest === undefined || oldest === active) return undefined;
      await removeSegment(oldest);
      return oldest.first;
    },
    release(place) {
      const segment = segments.get(place.segment);
      if (segment === undefined) return;
      segment.wanted -= 1;
      if (segment.wanted > 0 || segment === active) return;
      removeSegment(segment).catch((error: unknown) => {
        logger.warn({ path: segment.path, err: error }, "old stream journal could not be removed");
      });
    },
    async erase(tenant, before) {
      // One file at a time: this is nothing that anybody waits for at a keyboard.
      for (const segment of [...segments.values()]) await eraseLines(segment.path, tenant, before);
    },
    firstFreeSequence: () => highest,
    bytes: () => [...segments.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    async close() {
      for (const segment of segments.values()) await segment.handle.close();
      segments.clear();
      active = undefined;
    },
  };
}

async function isDeleted({ handle }: Segment): Promise<boolean> {
  return (await handle.stat()).nlink === 0;
}

async function readPlace(
  segments: ReadonlyMap<number, Segment>,
  { segment, offset, bytes }: Place,
): Promise<string> {
  const handle = segments.get(segment)?.handle;
  if (handle === undefined) return "";
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    // Dropped while it was being read: as good as gone before.
    if (!segments.has(segment)) return "";
    throw error;
  }
}
