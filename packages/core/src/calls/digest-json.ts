import { createHash } from "node:crypto";
import { canonicalJson } from "../json/index.ts";

/** sha256 (hex) over a value as JSON with its keys sorted: the order in which they were written is no matter. */
export function digestJson(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
