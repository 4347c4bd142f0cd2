import { Value } from "typebox/value";

/**
 * The same with each call's id by its place: ids are made anew for every turn, and rows that are
 * rendered twice are to be the same. Nine letters and digits, which every template takes.
 */
export function withStableIds<T>(rendered: T): T {
  const names = new Map<string, string>();
  const stable = (id: string): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const name = `call${String(names.size + 1).padStart(5, "0")}`;
    names.set(id, name);
    return name;
  };
  const copy = Value.Clone(rendered);
  renameIn(copy, stable);
  return copy;
}

function renameIn(value: unknown, stable: (id: string) => string): void {
  if (Array.isArray(value)) {
    for (const entry of value) renameIn(entry, stable);
    return;
  }
  if (!isRecord(value)) return;
  const { tool_calls: calls, tool_call_id: of } = value;
  if (typeof of === "string") value["tool_call_id"] = stable(of);
  for (const call of Array.isArray(calls) ? calls : []) {
    if (isRecord(call) && typeof call["id"] === "string") call["id"] = stable(call["id"]);
  }
  for (const key of ["messages", "completion"]) renameIn(value[key], stable);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
