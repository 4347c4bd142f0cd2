/** How to reach an OpenAI-compatible server. */
export interface OpenAiSettings {
  /** Base address, with or without `/v1`: `http://localhost:8000/v1`. */
  url: string;
  /** Undefined: the one that the server serves. */
  model?: string | undefined;
  apiKey?: string | undefined;
  /** The server takes vLLM's `continue_final_message`. */
  continuesMessage?: boolean;
  deadlines?: Partial<ModelDeadlines>;
  /** Tokens of one answer. */
  tokensMax?: number;
  /** Tokens of prompt and answer together, where the server does not tell. */
  window?: number | undefined;
  /** Tells the server how urgent a request is: vLLM with `--scheduling-policy priority`. */
  priorities?: boolean;
  /** Keeps what it has cached of one tenant from being found, by how fast it answers, by another. */
  cacheSalts?: boolean;
  /** How it chooses its words where its caller's caller does not say; the server's own way unless told. */
  sampling?: { temperature: number; seed?: number; repeat_penalty?: number };
  /** Tells it of which trace and session a request is; true unless told. */
  tellsOrigin?: boolean;
}

/** Tokens of one answer, where nobody says otherwise. */
export const TOKENS_MAX = 2_048;

export interface ModelDeadlines {
  /** Until the response's headers. */
  connectMs: number;
  /** From the headers until the first event. */
  firstTokenMs: number;
  /** Between two events. */
  idleMs: number;
}

export const MODEL_DEADLINES: ModelDeadlines = {
  connectMs: 10_000,
  firstTokenMs: 15_000,
  idleMs: 20_000,
};

/**
 * Whoever may take long for a first token may take long for headers, too: some servers, and what
 * stands before them, send both at once.
 */
export function modelDeadlines(given: Partial<ModelDeadlines> = {}): ModelDeadlines {
  const { firstTokenMs = MODEL_DEADLINES.firstTokenMs } = given;
  const connectMs = Math.max(MODEL_DEADLINES.connectMs, (firstTokenMs * 2) / 3);
  return { ...MODEL_DEADLINES, connectMs, ...given };
}

/** The address of chat completions below a base address as people write it. */
export function completionsUrl(base: string): string {
  const trimmed = base.replace(/\/+$/, "");
  if (trimmed.endsWith("/chat/completions")) return trimmed;
  return /\/v\d+[a-z]*(\/|$)/.test(new URL(trimmed).pathname)
    ? `${trimmed}/chat/completions`
    : `${trimmed}/v1/chat/completions`;
}

/** Another address of the same server: of its API (`models`), or beside it (`tokenize`). */
export function serverUrl(
  base: string,
  path: "models" | "tokenize" | "metrics" | "decisions" | "systemone" | "chat/completions",
): string {
  const api = completionsUrl(base).replace(/\/chat\/completions$/, "");
  const isBeside = path === "tokenize" || path === "metrics";
  return isBeside ? `${api.replace(/\/v\d+[a-z]*$/, "")}/${path}` : `${api}/${path}`;
}
