import { executeDeadlines } from "@lilux/protocol";
import {
  executeSettings,
  kiwiAddressSettings,
  listenSetting,
  processSettings,
  readSettings,
  redisSettings,
  setting,
} from "@lilux/runtime";
import { Type } from "typebox";
import type { OpenAiSettings } from "./model/openai/openai-settings.ts";

export const orchestratorSettings = {
  ...processSettings(9094),
  ...redisSettings,
  ...kiwiAddressSettings,
  ...executeSettings,
  listen: listenSetting("LILUX_ORCHESTRATOR_LISTEN", "the orchestrator", "127.0.0.1:7002"),
  llmUrl: setting(
    "LILUX_LLM_URL",
    "Base address of an OpenAI-compatible server, with its `/v1`; the built-in model when it is not set.",
    Type.String({ pattern: "^https?://" }),
  ),
  llmModel: setting(
    "LILUX_LLM_MODEL",
    "The model's name there.",
    Type.String({ minLength: 1, maxLength: 256 }),
    // What such a server takes for "the one model I serve" when nobody names one.
    { default: "default" },
  ),
  llmApiKey: setting(
    "LILUX_LLM_API_KEY",
    "The key it wants.",
    Type.String({ minLength: 1, maxLength: 4_096 }),
  ),
  llmTokensMax: setting(
    "LILUX_LLM_TOKENS_MAX",
    "Tokens of one answer, thoughts included. What is longer is cut off, and says so.",
    Type.Integer({ minimum: 16, maximum: 1_000_000 }),
    { default: 2_048 },
  ),
  llmServer: setting(
    "LILUX_LLM_SERVER",
    "vllm: unfinished messages are continued by the server itself.",
    Type.Enum(["openai", "vllm"]),
    { default: "openai" },
  ),
};

export interface OrchestratorConfig {
  /** Where the gRPC server listens; undefined serves only callers in this process. */
  listen?: { host: string; port: number } | undefined;
  /** The language model; undefined for the built-in one. */
  languageModel?: OpenAiSettings | undefined;
  /** How long an execute may take; the usual time unless told. */
  executeWithinMs?: number;
}

/** Throws `config_invalid`. Reads nothing but what it is given. */
export function orchestratorConfig(env: Readonly<Record<string, string | undefined>>) {
  const settings = readSettings(orchestratorSettings, env);
  const { llmUrl: url } = settings;
  const languageModel: OpenAiSettings | undefined =
    url === undefined
      ? undefined
      : {
          url,
          model: settings.llmModel,
          apiKey: settings.llmApiKey,
          continuesMessage: settings.llmServer === "vllm",
          tokensMax: settings.llmTokensMax,
        };
  const executeWithinMs = executeDeadlines(settings.executeMsMax).caller;
  return Object.freeze({ ...settings, languageModel, executeWithinMs });
}
