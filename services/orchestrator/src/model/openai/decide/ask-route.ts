import { LiluxError } from "@lilux/protocol";
import type { ModelServer } from "../model-server.ts";
import { keyHeader } from "../open-stream.ts";
import { serverUrl } from "../openai-settings.ts";
import { upstreamError } from "../upstream-error.ts";

const BODY_CHARACTERS_MAX = 256 * 1024;

export interface RouteRequest {
  path: "decisions" | "systemone" | "chat/completions";
  body: object;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** One JSON answer to one JSON question. Throws as a stream would. */
export async function askRoute(
  { settings, target }: Pick<ModelServer, "settings" | "target">,
  { path, body, headers, signal }: RouteRequest,
): Promise<unknown> {
  try {
    const response = await fetch(serverUrl(settings.url, path), {
      method: "POST",
      headers: { "content-type": "application/json", ...keyHeader(target.apiKey), ...headers },
      body: JSON.stringify(body),
      redirect: "error",
      signal,
    });
    const text = (await response.text()).slice(0, BODY_CHARACTERS_MAX);
    if (!response.ok) throw upstreamError(response.status, text);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof LiluxError) throw error;
    if (signal.aborted) throw LiluxError.from(signal.reason);
    if (error instanceof SyntaxError) throw new LiluxError("llm_rejected", { cause: error });
    throw new LiluxError("llm_unavailable", { cause: error, details: { reason: "unreachable" } });
  }
}
