import { createHash } from "node:crypto";
import type { Call } from "@lilux/protocol";

/**
 * A name for exactly these arguments: sha256 (hex) over the call as JSON with
 * its keys sorted, so that the order in which a caller wrote them is no matter.
 */
export function digestCall(call: Call): string {
  return createHash("sha256").update(canonicalJson(call)).digest("hex");
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
}
