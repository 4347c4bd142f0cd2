import { type Log, SILENT_LOG } from "@lilux/core/telemetry";
import { createWindow, type Window } from "../window/create-window.ts";
import type { StreamTarget } from "./open-stream.ts";
import {
  completionsUrl,
  modelDeadlines,
  type OpenAiSettings,
  TOKENS_MAX,
} from "./openai-settings.ts";
import { createServerDialect, type ServerDialect } from "./server-dialect.ts";
import { type ServerKnowledge, unexamined } from "./server-knowledge.ts";

/** One server as this process sees it: where it is, and what was learnt of it. */
export interface ModelServer {
  readonly settings: OpenAiSettings;
  readonly target: StreamTarget;
  readonly dialect: ServerDialect;
  readonly window: Window;
  readonly tokensMax: number;
  readonly logger: Log;
  /** Replaced as a whole by each examination. */
  knowledge: ServerKnowledge;
}

export function createModelServer(settings: OpenAiSettings, logger: Log = SILENT_LOG): ModelServer {
  const { model, continuesMessage = false, tokensMax = TOKENS_MAX } = settings;
  return {
    settings,
    target: {
      url: completionsUrl(settings.url),
      apiKey: settings.apiKey,
      deadlines: modelDeadlines(settings.deadlines),
    },
    dialect: createServerDialect(),
    window: createWindow(),
    tokensMax,
    logger,
    knowledge: { ...unexamined(model, continuesMessage), window: settings.window },
  };
}

/** What an OpenAI-compatible server takes for "the one model I serve" when nobody names one. */
export const MODEL_DEFAULT = "default";
