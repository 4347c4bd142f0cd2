import type { CallEnd } from "@lilux/protocol";
import { resultKind } from "./result-kind.ts";

/** How a call ended, for a person. `stopped`: someone stopped it, so nothing failed. */
export type CallOutcome = "ok" | "failed" | "stopped";

/**
 * A call that was carried out may still have run a script that failed: then
 * the run's own status counts, and nothing about it is green.
 */
export function callOutcome({
  ok,
  result,
  error,
}: Pick<CallEnd, "ok" | "result" | "error">): CallOutcome {
  if (!ok) return error?.code === "cancelled" ? "stopped" : "failed";
  const known = resultKind(result);
  return known.kind === "execute" && known.result.status === "error" ? "failed" : "ok";
}
