import type { LiluxError } from "@lilux/protocol";

/** Another server, or the same later, may answer. */
export function mayPass({ code }: LiluxError): boolean {
  return code === "llm_unavailable" || code === "llm_truncated";
}

/** This server does not take it; another may. */
export function isOfServer({ code }: LiluxError): boolean {
  return code === "llm_rejected" || code === "llm_context_full";
}
