import { LiluxError } from "@lilux/protocol";

/**
 * What a server's refusal means. Its own words are kept for the log: they may
 * quote the prompt. 408, 409, 425, 429 and 5xx pass by themselves; the rest of
 * 4xx is a mistake in settings or request.
 */
export function upstreamError(httpStatus: number, body: unknown): LiluxError {
  const cause = new Error(`HTTP ${httpStatus}: ${describe(body)}`);
  const passes = httpStatus >= 500 || [408, 409, 425, 429].includes(httpStatus);
  if (passes) return new LiluxError("llm_unavailable", { cause });
  const details = { httpStatus };
  if (httpStatus === 404) {
    const message =
      "The language model server does not know that model or address. Check LILUX_LLM_MODEL and LILUX_LLM_URL.";
    return new LiluxError("llm_rejected", { message, details, cause });
  }
  if (httpStatus === 401 || httpStatus === 403) {
    const message = "The language model server refused the key. Check LILUX_LLM_API_KEY.";
    return new LiluxError("llm_rejected", { message, details, cause });
  }
  return new LiluxError("llm_rejected", { details, cause });
}

/** A failure that came as a chunk after HTTP 200: `{error: {message, code}}` or `{error: "text"}`. */
export function errorOfChunk(chunk: unknown): LiluxError | undefined {
  if (!isObject(chunk) || !("error" in chunk) || chunk["error"] === null) return undefined;
  const error = chunk["error"];
  const code = isObject(error) ? Number(error["code"]) : Number.NaN;
  return upstreamError(code >= 400 && code <= 599 ? code : 500, error);
}

function describe(body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (text ?? "").slice(0, 1_000);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
