import { type FileHandle, mkdir, open, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "@lilux/core";
import type { LineStore, Place } from "./line-store.ts";
import { scanLines } from "./scan-lines.ts";

/** A file of lines; named after the sequence of its first one. */
interface Segment {
  first: number;
  path: string;
  handle: FileHandle;
  bytes: number;
  /** Lines somebody still wants. */
  wanted: number;
}

export interface SegmentLineStoreOptions {
  directory: string;
  logger: Log;
  segmentBytesMax?: number;
}

const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
const NAME = /^(\d{16})\.jsonl$/;

/**
 * Lines on disk in files of about 8 MiB. `write` resolves after fdatasync. A
 * last line torn by a kill or a power cut is cut off at the next start. Old
 * lines go a whole file at a time.
 */
export function createSegmentLineStore(options: SegmentLineStoreOptions): LineStore {
  const { directory, logger, segmentBytesMax = SEGMENT_BYTES_MAX } = options;
  const segments = new Map<number, Segment>();
  let active: Segment | undefined;
  let total = 0;
  let highest = 0;

  async function openSegment(first: number): Promise<Segment> {
    const path = join(directory, `${String(first).padStart(16, "0")}.jsonl`);
    const handle = await open(path, "a+", 0o600);
    const { size } = await handle.stat();
    const segment = { first, path, handle, bytes: size, wanted: 0 };
    segments.set(first, segment);
    total += size;
    return segment;
  }

  async function startSegment(first: number): Promise<Segment> {
    const segment = await openSegment(first);
    await syncDirectory(directory);
    return segment;
  }

  async function removeSegment(segment: Segment): Promise<void> {
    if (!segments.delete(segment.first)) return;
    total -= segment.bytes;
    if (active === segment) active = undefined;
    await segment.handle.close();
    await unlink(segment.path);
  }

  async function appendTo(segment: Segment, lines: readonly string[]): Promise<Place[]> {
    const buffers = lines.map((line) => Buffer.from(line));
    let offset = segment.bytes;
    const places = buffers.map((buffer): Place => {
      const place = { segment: segment.first, offset, bytes: buffer.length };
      offset += buffer.length;
      return place;
    });
    try {
      await writeFully(segment.handle, Buffer.concat(buffers));
      await segment.handle.datasync();
    } catch (error) {
      // What was half written must not stand before the next line. If even that
      // fails, the next write begins another file.
      active = undefined;
      await segment.handle.truncate(segment.bytes).catch(() => undefined);
      throw error;
    }
    total += offset - segment.bytes;
    segment.bytes = offset;
    segment.wanted += lines.length;
    return places;
  }

  return {
    async load(found) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const firsts = (await readdir(directory)).flatMap((name) => NAME.exec(name)?.[1] ?? []);
      for (const first of firsts.map(Number).sort((a, b) => a - b)) {
        const segment = await openSegment(first);
        const scan = scanLines(await readFile(segment.path));
        for (const { line, offset, bytes } of scan.lines) {
          segment.wanted += 1;
          found({ line, place: { segment: first, offset, bytes } });
        }
        if (scan.wholeBytes < segment.bytes) {
          logger.warn({ path: segment.path }, "stream journal had a torn last line");
          await segment.handle.truncate(scan.wholeBytes);
          total -= segment.bytes - scan.wholeBytes;
          segment.bytes = scan.wholeBytes;
        }
        highest = Math.max(highest, first);
        active = segment;
      }
    },
    async write(lines, firstSequence) {
      if (active === undefined || active.bytes >= segmentBytesMax) {
        active = await startSegment(firstSequence);
      }
      return appendTo(active, lines);
    },
    async read({ segment, offset, bytes }) {
      const handle = segments.get(segment)?.handle;
      if (handle === undefined) return "";
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset);
      return buffer.toString("utf8", 0, bytesRead);
    },
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
    firstFreeSequence: () => highest,
    bytes: () => total,
    async close() {
      for (const segment of segments.values()) await segment.handle.close();
      segments.clear();
      active = undefined;
    },
  };
}

async function writeFully(handle: FileHandle, buffer: Buffer): Promise<void> {
  let written = 0;
  while (written < buffer.length) {
    written += (await handle.write(buffer, written)).bytesWritten;
  }
}

/** A new file's name is only safe once its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
