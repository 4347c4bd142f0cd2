/** A JSON object, an array apart. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An array's elements; a single object that stands where others send an array of one. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? [value] : [];
}

export function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A whole number that is not negative, also when it came as text. */
export function countIn(value: unknown): number | undefined {
  const isNumeral = typeof value === "string" && /^\d+(\.\d+)?$/.test(value.trim());
  const count = isNumeral ? Number(value) : value;
  if (typeof count !== "number" || !Number.isFinite(count) || count < 0) return undefined;
  return Math.ceil(count);
}
