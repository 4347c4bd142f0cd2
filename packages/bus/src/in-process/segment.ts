import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FoundLine, Place } from "./line-store.ts";
import { scanLines } from "./scan-lines.ts";

/** A file of lines; named after the sequence of its first one. */
export interface Segment {
  first: number;
  path: string;
  handle: FileHandle;
  bytes: number;
  /** Lines somebody still wants. */
  wanted: number;
}

const NAME = /^(\d{16})\.jsonl$/;

/** The segment's first sequence, or undefined for another kind of file. */
export function firstOfName(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export async function openSegment(directory: string, first: number): Promise<Segment> {
  const path = join(directory, `${String(first).padStart(16, "0")}.jsonl`);
  const handle = await open(path, "a+", 0o600);
  const { size } = await handle.stat();
  return { first, path, handle, bytes: size, wanted: 0 };
}

/** Hands out the lines of an earlier process, and cuts a torn last one off; whether there was one. */
export async function loadSegment(
  segment: Segment,
  found: (line: FoundLine) => boolean,
): Promise<boolean> {
  const scan = scanLines(await readFile(segment.path));
  for (const { line, offset, bytes } of scan.lines) {
    if (found({ line, place: { segment: segment.first, offset, bytes } })) segment.wanted += 1;
  }
  if (scan.wholeBytes === segment.bytes) return false;
  await segment.handle.truncate(scan.wholeBytes);
  segment.bytes = scan.wholeBytes;
  return true;
}

/** Writes and syncs the lines, or none of them. */
export async function appendLines(segment: Segment, lines: readonly string[]): Promise<Place[]> {
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
    await segment.handle.truncate(segment.bytes).catch(() => undefined);
    throw error;
  }
  segment.bytes = offset;
  segment.wanted += lines.length;
  return places;
}

async function writeFully(handle: FileHandle, buffer: Buffer): Promise<void> {
  let written = 0;
  while (written < buffer.length) {
    written += (await handle.write(buffer, written)).bytesWritten;
  }
}

/** A new file's name is only safe once its directory is. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
