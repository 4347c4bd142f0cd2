import type { Call } from "@lilux/protocol";
import { digestJson } from "./digest-json.ts";

/**
 * A name for exactly these arguments: sha256 (hex) over the call as JSON with
 * its keys sorted, so that the order in which a caller wrote them is no matter.
 */
export function digestCall(call: Call): string {
  return digestJson(call);
}
