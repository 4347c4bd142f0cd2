import { LiluxError } from "@lilux/protocol";
import { countIn, isObject, listOf, textIn } from "./json-value.ts";
import type { ModelServer } from "./model-server.ts";
import { keyHeader } from "./open-stream.ts";
import { serverUrl } from "./openai-settings.ts";
import { upstreamError } from "./upstream-error.ts";

/** One model as a server lists it. */
export interface ListedModel {
  id: string;
  /** The base that an adapter is for. */
  parent: string | undefined;
  window: number | undefined;
  /** Listed by a server with vLLM's own routes. */
  isVllm: boolean;
}

const BODY_CHARACTERS_MAX = 16 * 1024;
/** Some servers list hundreds. */
const LISTED_MAX = 2_000;
const WINDOW_FIELDS = [
  "max_model_len",
  "context_length",
  "context_window",
  "max_context_length",
  "loaded_context_length",
];

/**
 * What a server says it serves; undefined where it has no such list. Throws
 * `llm_unavailable` when nothing answers, and `llm_rejected` for a key it refuses.
 */
export async function listModels(
  { settings, target }: Pick<ModelServer, "settings" | "target">,
  signal: AbortSignal,
): Promise<ListedModel[] | undefined> {
  let response: Response;
  try {
    const headers = { accept: "application/json", ...keyHeader(target.apiKey) };
    response = await fetch(serverUrl(settings.url, "models"), {
      headers,
      redirect: "error",
      signal,
    });
  } catch (cause) {
    const reason = signal.aborted ? "silent" : "unreachable";
    throw new LiluxError("llm_unavailable", { cause, details: { reason } });
  }
  try {
    if (response.ok) return modelsIn(JSON.parse(await response.text()));
    const error = upstreamError(
      response.status,
      (await response.text()).slice(0, BODY_CHARACTERS_MAX),
    );
    const { reason } = error.details ?? {};
    if (error.code === "llm_unavailable" || reason === "key" || reason === "credit") throw error;
    return undefined;
  } catch (error) {
    if (error instanceof LiluxError) throw error;
    // Whatever answers there is no list; it may be a model server all the same.
    return undefined;
  }
}

function modelsIn(body: unknown): ListedModel[] | undefined {
  const data = isObject(body) ? (body["data"] ?? body["models"]) : body;
  if (!Array.isArray(data)) return undefined;
  const models = listOf(data).slice(0, LISTED_MAX).filter(isObject).map(modelIn);
  return models.filter(({ id }) => id !== "");
}

function modelIn(listed: Record<string, unknown>): ListedModel {
  const meta = isObject(listed["meta"]) ? listed["meta"] : {};
  const windows = WINDOW_FIELDS.map((field) => countIn(listed[field]));
  const owner = textIn(listed["owned_by"]);
  return {
    id: textIn(listed["id"]) || textIn(listed["name"]),
    parent: textIn(listed["parent"]) || undefined,
    window: windows.find((tokens) => tokens !== undefined && tokens > 0) ?? countIn(meta["n_ctx"]),
    isVllm: owner === "vllm" || owner === "sglang" || "max_model_len" in listed,
  };
}
