/**
 * The sizes in bytes that frames of a padded session have, both ways; what is larger has a multiple of the
 * last. A line of 200 characters and a list of candidates each fall into the first ones whatever they say.
 */
export const FRAME_SIZES = [512, 1_024, 2_048, 4_096, 8_192] as const;

const LARGEST = 8_192;
const encoder = new TextEncoder();

/** The size of a padded frame of so many bytes; never above `bytesMax`, which whoever reads it takes at most. */
export function paddedBytes(bytes: number, bytesMax = Number.POSITIVE_INFINITY): number {
  const size = FRAME_SIZES.find((limit) => bytes <= limit) ?? Math.ceil(bytes / LARGEST) * LARGEST;
  return Math.max(bytes, Math.min(size, bytesMax));
}

/** The same JSON with spaces behind it, which mean nothing to whoever reads it. */
export function padFrame(json: string, bytesMax?: number): string {
  const { length } = encoder.encode(json);
  return json + " ".repeat(paddedBytes(length, bytesMax) - length);
}
