/**
 * An item type as other tools write it, as ours: `tool` is a script, and plural
 * forms and capitals are forgiven. What is not a type stays as it is, for the
 * parser to refuse by name.
 */
export function normalizeItemType(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const name = value.trim().toLowerCase().replace(/s$/, "");
  if (name === "tool") return "script";
  return name === "directive" || name === "script" || name === "knowledge" ? name : value;
}
