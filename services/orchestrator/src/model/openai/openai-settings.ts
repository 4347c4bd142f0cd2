/** How to reach an OpenAI-compatible server. */
export interface OpenAiSettings {
  /** Base address, with or without `/v1`: `http://localhost:8000/v1`. */
  url: string;
  model: string;
  apiKey?: string | undefined;
  /** The server takes vLLM's `continue_final_message`. */
  continuesMessage?: boolean;
  deadlines?: Partial<ModelDeadlines>;
  /** Tokens of one answer. */
  tokensMax?: number;
}

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
  firstTokenMs: 30_000,
  idleMs: 20_000,
};

/** The address of chat completions below a base address as people write it. */
export function completionsUrl(base: string): string {
  const trimmed = base.replace(/\/+$/, "");
  if (trimmed.endsWith("/chat/completions")) return trimmed;
  return /\/v\d+[a-z]*(\/|$)/.test(new URL(trimmed).pathname)
    ? `${trimmed}/chat/completions`
    : `${trimmed}/v1/chat/completions`;
}
