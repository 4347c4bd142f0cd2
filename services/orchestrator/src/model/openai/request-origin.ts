import { createHash, createHmac } from "node:crypto";
import type { TurnOfModel } from "../language-model.ts";
import type { OpenAiSettings } from "./openai-settings.ts";

/** Doubtful calls are asked about before others, since a person waits for a yes; explanations come last. */
export type Urgency = "high" | "usual" | "low";

/** vLLM serves the lowest number first. */
const PRIORITIES: Readonly<Record<Urgency, number>> = { high: 0, usual: 1, low: 2 };

/**
 * For a trace that goes on at the server, and for a balancer that sends one
 * session's requests to one replica (`consistent_hash` of vllm-router). The
 * session's own name stays here.
 */
export function originHeaders(
  { tellsOrigin = true }: OpenAiSettings,
  origin: TurnOfModel | undefined,
): Readonly<Record<string, string>> {
  if (!tellsOrigin || origin === undefined) return {};
  const { tenant, sessionId, traceparent } = origin;
  const session = createHash("sha256").update(`${tenant}/${sessionId}`).digest("hex").slice(0, 32);
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(sessionId === undefined ? {} : { "x-session-id": session }),
  };
}

/** Fields of this server's own, where its settings want them. */
export function ownFields(
  { priorities, cacheSalts, apiKey = "" }: OpenAiSettings,
  { origin, urgency }: { origin: TurnOfModel | undefined; urgency: Urgency },
): object {
  const isSalted = cacheSalts === true && origin !== undefined;
  return {
    ...(priorities === true ? { priority: PRIORITIES[urgency] } : {}),
    // The same in every orchestrator, and not to be guessed by who has no key of the server.
    ...(isSalted
      ? { cache_salt: createHmac("sha256", apiKey).update(origin.tenant).digest("base64") }
      : {}),
  };
}
