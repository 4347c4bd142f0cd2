import type { QuantisedEmbedding } from "@lilux/core/embedding";

/**
 * The phrasings of one item in a few pieces of memory: an object for each vector and a text for
 * each name took as much again as the vectors themselves.
 */
export interface PhraseBlock {
  /** 32 bytes a phrasing: the sha256 of what it is known by. */
  names: Buffer;
  /** One vector after the other. */
  bytes: Int8Array;
  scales: Float32Array;
  /** Of the sum of all vectors: what their centroid is made a unit vector by. */
  length: number;
}

const NAME_BYTES = 32;

export function packBlock(
  hashes: readonly string[],
  rows: readonly QuantisedEmbedding[],
): PhraseBlock {
  const width = rows[0]?.bytes.length ?? 0;
  const bytes = new Int8Array(rows.length * width);
  for (const [at, row] of rows.entries()) bytes.set(row.bytes, at * width);
  const scales = Float32Array.from(rows, ({ scale }) => scale);
  return { names: packNames(hashes), bytes, scales, length: lengthOfSum(rows, width) };
}

/** The vectors as they were, looking into the block's memory. */
export function rowsOf({ bytes, scales }: PhraseBlock): QuantisedEmbedding[] {
  const width = scales.length === 0 ? 0 : bytes.length / scales.length;
  return Array.from(scales, (scale, at) => ({
    bytes: bytes.subarray(at * width, (at + 1) * width),
    scale,
  }));
}

export function hashesOf({ names, scales }: PhraseBlock): string[] {
  return Array.from(scales, (_, at) =>
    names.toString("base64url", at * NAME_BYTES, (at + 1) * NAME_BYTES),
  );
}

export function isOf({ names }: PhraseBlock, hashes: readonly string[]): boolean {
  return names.length === hashes.length * NAME_BYTES && names.equals(packNames(hashes));
}

function packNames(hashes: readonly string[]): Buffer {
  // Of its own, not a view into a larger piece that all of them would keep alive.
  const names = Buffer.alloc(hashes.length * NAME_BYTES);
  for (const [at, hash] of hashes.entries()) names.write(hash, at * NAME_BYTES, "base64url");
  return names;
}

function lengthOfSum(rows: readonly QuantisedEmbedding[], width: number): number {
  let squares = 0;
  for (let at = 0; at < width; at += 1) {
    let sum = 0;
    for (const { bytes, scale } of rows) sum += (bytes[at] ?? 0) * scale;
    squares += sum * sum;
  }
  return Math.sqrt(squares);
}
