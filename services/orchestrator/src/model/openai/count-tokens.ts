import { countIn, isObject } from "./json-value.ts";
import type { ModelServer } from "./model-server.ts";
import { keyHeader } from "./open-stream.ts";
import { serverUrl } from "./openai-settings.ts";

/** Counting is for a better prompt, not worth a wait that a person notices. */
const DEADLINE_MS = 500;

/** The tokens of a prompt by the server's own count; undefined when it does not say, or not in time. */
export async function countTokens(
  { settings, target }: Pick<ModelServer, "settings" | "target">,
  prompt: { model: string; messages: readonly object[]; tools?: unknown },
  caller: AbortSignal,
): Promise<number | undefined> {
  try {
    const response = await fetch(serverUrl(settings.url, "tokenize"), {
      method: "POST",
      headers: { "content-type": "application/json", ...keyHeader(target.apiKey) },
      body: JSON.stringify(prompt),
      redirect: "error",
      signal: AbortSignal.any([caller, AbortSignal.timeout(DEADLINE_MS)]),
    });
    const body: unknown = response.ok ? await response.json() : undefined;
    if (!response.ok) await response.body?.cancel();
    return isObject(body) ? countIn(body["count"]) : undefined;
  } catch {
    return undefined;
  }
}
