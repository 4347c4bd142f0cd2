const VALUE_BYTES_MAX = 64 * 1024;

/**
 * The value as JSON text, or undefined for an entry the store does not take:
 * over 64 KiB, not JSON, a version that is no whole number below 2^53, or a
 * lifetime that is not positive.
 */
export function encodeValue(version: number, value: unknown, ttlMs: number): string | undefined {
  if (!Number.isSafeInteger(version) || version < 0 || !(ttlMs >= 1)) return undefined;
  try {
    const text = JSON.stringify(value);
    if (text === undefined || Buffer.byteLength(text) > VALUE_BYTES_MAX) return undefined;
    return text;
  } catch {
    return undefined;
  }
}
