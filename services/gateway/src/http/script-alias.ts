/** `tool` is what many people call a script: it is taken for one wherever an item type is given. */
export function withScriptAlias(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("item_type" in value)) return value;
  return value.item_type === "tool" ? { ...value, item_type: "script" } : value;
}
