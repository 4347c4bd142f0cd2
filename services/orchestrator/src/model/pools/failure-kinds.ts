import type { LiluxError } from "@lilux/protocol";

/** Another server, or the same later, may answer. */
export function mayPass({ code }: LiluxError): boolean {
  return code === "llm_unavailable" || code === "llm_truncated";
}

/** This server does not take it, or has no place or budget for it; another may. */
export function isOfServer({ code }: LiluxError): boolean {
  return OF_SERVER.has(code);
}

const OF_SERVER = new Set(["llm_rejected", "llm_context_full", "overloaded", "budget_exhausted"]);
