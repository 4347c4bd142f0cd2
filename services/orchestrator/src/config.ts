import { readSettings } from "@lilux/runtime";
import { Type } from "typebox";
import type { OpenAiSettings } from "./model/openai/openai-settings.ts";

const Settings = Type.Object({
  LILUX_LLM_URL: Type.Optional(
    Type.String({
      pattern: "^https?://",
      description: "Base address of an OpenAI-compatible server.",
    }),
  ),
  LILUX_LLM_MODEL: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  LILUX_LLM_API_KEY: Type.Optional(Type.String({ minLength: 1, maxLength: 4_096 })),
  LILUX_LLM_TOKENS_MAX: Type.Integer({
    default: 2_048,
    minimum: 16,
    maximum: 1_000_000,
    description: "Tokens of one answer, thoughts included. What is longer is cut off, and says so.",
  }),
  LILUX_LLM_SERVER: Type.Enum(["openai", "vllm"], {
    default: "openai",
    description: "vllm: unfinished messages are continued by the server itself.",
  }),
  LILUX_ORCHESTRATOR_LISTEN: Type.Optional(Type.String({ pattern: "^.*:\\d{1,5}$" })),
});

export interface OrchestratorConfig {
  /** Where the gRPC server listens; undefined serves only callers in this process. */
  listen?: { host: string; port: number };
  /** The language model; undefined for the built-in one. */
  languageModel?: OpenAiSettings;
}

/** What an OpenAI-compatible server takes for "the one model I serve" when nobody names one. */
const MODEL_DEFAULT = "default";

/** Throws `config_invalid`. Reads nothing but what it is given. */
export function orchestratorConfig(
  env: Readonly<Record<string, string | undefined>>,
): OrchestratorConfig {
  const settings = readSettings(Settings, env);
  const { LILUX_LLM_URL: url, LILUX_ORCHESTRATOR_LISTEN: listen } = settings;
  return {
    ...(listen === undefined ? {} : { listen: splitAddress(listen) }),
    ...(url === undefined
      ? {}
      : {
          languageModel: {
            url,
            model: settings.LILUX_LLM_MODEL ?? MODEL_DEFAULT,
            apiKey: settings.LILUX_LLM_API_KEY,
            continuesMessage: settings.LILUX_LLM_SERVER === "vllm",
            tokensMax: settings.LILUX_LLM_TOKENS_MAX,
          },
        }),
  };
}

const ProcessSettings = Type.Object({
  LILUX_NATS_URL: Type.String({ default: "nats://127.0.0.1:4222" }),
  LILUX_REDIS_URL: Type.String({ default: "redis://127.0.0.1:6379" }),
  LILUX_KIWI_ADDRESS: Type.String({ default: "127.0.0.1:7001" }),
  LILUX_ORCHESTRATOR_LISTEN: Type.String({ default: "127.0.0.1:7002" }),
  LILUX_ADMIN_HOST: Type.String({ default: "127.0.0.1" }),
  LILUX_ADMIN_PORT: Type.Integer({ default: 9094, minimum: 0, maximum: 65_535 }),
  LILUX_LOG_LEVEL: Type.Enum(["debug", "info", "warn", "error", "silent"], { default: "info" }),
});

/** What only a process of its own needs: peers, ports and log level. */
export function orchestratorProcessConfig(env: Readonly<Record<string, string | undefined>>) {
  const settings = readSettings(ProcessSettings, env);
  return {
    natsUrl: settings.LILUX_NATS_URL,
    redisUrl: settings.LILUX_REDIS_URL,
    kiwiAddress: settings.LILUX_KIWI_ADDRESS,
    listen: splitAddress(settings.LILUX_ORCHESTRATOR_LISTEN),
    adminHost: settings.LILUX_ADMIN_HOST,
    adminPort: settings.LILUX_ADMIN_PORT,
    logLevel: settings.LILUX_LOG_LEVEL,
  };
}

function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  return { host: host === "" ? "0.0.0.0" : host, port: Number(address.slice(colon + 1)) };
}
