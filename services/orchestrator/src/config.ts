import { executeDeadlines, LiluxError } from "@lilux/protocol";
import {
  claimVerifySettings,
  executeSettings,
  kiwiAddressSettings,
  listenSetting,
  orchestratorSecretOf,
  orchestratorSecretSettings,
  processSettings,
  readSettings,
  readTenantChoice,
  redisSettings,
  secretFileIfAny,
  setting,
} from "@lilux/runtime";
import { Type } from "typebox";
import { type FittedCalibration, readCalibrations } from "./decisions/calibrations.ts";
import { VERIFY_DEADLINES, type VerifyDeadlines } from "./decisions/verify-deadlines.ts";
import type { ModelLimits } from "./model/admission/tenant-limits.ts";
import { MODEL_DEADLINES, type OpenAiSettings } from "./model/openai/openai-settings.ts";
import { type HelperRole, localPool } from "./model/pools/local-pool.ts";
import { type PoolSettings, poolsOf } from "./model/pools/pool-settings.ts";
import { readPools } from "./model/pools/read-pools.ts";
import type { TeachingSettings } from "./teach/create-teaching.ts";

export const TENANT_TURNS_MAX = 64;
const TEACH_TOKENS_PER_DAY = 500_000;
const TEACH_ITEMS_PER_MINUTE = 20;
/** Of a configuration that says nothing of teaching: by hand only. */
export const TEACHING_BY_HAND: TeachingSettings = {
  tenants: [],
  all: false,
  tokensPerDay: TEACH_TOKENS_PER_DAY,
  itemsPerMinute: TEACH_ITEMS_PER_MINUTE,
};

export const orchestratorSettings = {
  ...processSettings(9094),
  ...redisSettings,
  ...kiwiAddressSettings,
  ...executeSettings,
  ...orchestratorSecretSettings,
  ...claimVerifySettings,
  listen: listenSetting("LILUX_ORCHESTRATOR_LISTEN", "the orchestrator", "127.0.0.1:7002"),
  tenantTurnsMax: setting(
    "LILUX_ORCHESTRATOR_TENANT_TURNS_MAX",
    "Turns of one tenant that run at once, whichever gateways they came through.",
    Type.Integer({ minimum: 1, maximum: 1_000 }),
    { default: TENANT_TURNS_MAX },
  ),
  llmUrl: setting(
    "LILUX_LLM_URL",
    "Base address of an OpenAI-compatible server, with its `/v1`; the built-in model when it is not set.",
    Type.String({ pattern: "^https?://" }),
  ),
  llmPools: setting(
    "LILUX_LLM_POOLS",
    "A YAML or JSON file of several servers, in the order in which they are asked; instead of LILUX_LLM_URL.",
    Type.String({ minLength: 1 }),
  ),
  llmModel: setting(
    "LILUX_LLM_MODEL",
    "The model's name there; the one that it serves when it is not set.",
    Type.String({ minLength: 1, maxLength: 256 }),
  ),
  llmApiKey: setting(
    "LILUX_LLM_API_KEY",
    "The key it wants.",
    Type.String({ minLength: 1, maxLength: 4_096 }),
  ),
  llmApiKeyFile: secretFileIfAny("LILUX_LLM_API_KEY", "A file that holds the key it wants."),
  llmTokensMax: setting(
    "LILUX_LLM_TOKENS_MAX",
    "Tokens of one answer, thoughts included. What is longer is cut off, and says so.",
    Type.Integer({ minimum: 16, maximum: 1_000_000 }),
    { default: 2_048 },
  ),
  teach: setting(
    "LILUX_TEACH",
    "Whose routers the language model teaches in the background, by writing lines that people type for new and changed items: `local` for a server without keys, `all`, names of tenants, or `none`, since it uses tokens that nobody asked for. `lilux library teach` does it by hand, whatever is set here.",
    Type.String(),
    { default: "none", read: readTenantChoice },
  ),
  teachTokensPerDay: setting(
    "LILUX_TEACH_TOKENS_PER_DAY",
    "Tokens of one tenant for teaching, in the background and by hand; what is left to do goes on the next day. An item takes some 400.",
    Type.Integer({ minimum: 1_000, maximum: 1_000_000_000 }),
    { default: TEACH_TOKENS_PER_DAY },
  ),
  teachItemsPerMinute: setting(
    "LILUX_TEACH_ITEMS_PER_MINUTE",
    "Items that are taught in a minute at most.",
    Type.Integer({ minimum: 1, maximum: 10_000 }),
    { default: TEACH_ITEMS_PER_MINUTE },
  ),
  llmWindow: setting(
    "LILUX_LLM_WINDOW",
    "Tokens of prompt and answer together, where the server does not tell.",
    Type.Integer({ minimum: 256, maximum: 100_000_000 }),
  ),
  llmFirstTokenMs: setting(
    "LILUX_LLM_FIRST_TOKEN_MS",
    "How long a turn waits for the first sign of an answer, from the line that was sent, over all attempts and with the way there and back.",
    Type.Integer({ minimum: 100, maximum: 600_000 }),
    { default: MODEL_DEADLINES.firstTokenMs },
  ),
  llmDecisionMs: setting(
    "LILUX_LLM_DECISION_MS",
    "How long a doubtful line waits for a probability of which call is meant; without one the model answers the line itself.",
    Type.Integer({ minimum: 50, maximum: 60_000 }),
    { default: VERIFY_DEADLINES.decisionMs },
  ),
  llmVerdictMs: setting(
    "LILUX_LLM_VERDICT_MS",
    "The same where the server has no probabilities and writes its verdict: a score of tokens, which few servers write in 400 ms.",
    Type.Integer({ minimum: 50, maximum: 60_000 }),
    { default: VERIFY_DEADLINES.verdictMs },
  ),
  llmCalibrations: setting(
    "LILUX_LLM_CALIBRATIONS",
    "A file of what models' answers on which call is meant are worth, as `lilux eval decisions --write` writes it; without it they are doubted.",
    Type.String({ minLength: 1 }),
  ),
  llmLocalUrl: setting(
    "LILUX_LLM_LOCAL_URL",
    "A small model on the same machine, as `lilux up --local-model` starts one.",
    Type.String({ pattern: "^https?://" }),
  ),
  llmLocalKey: setting(
    "LILUX_LLM_LOCAL_KEY",
    "The key it wants.",
    Type.String({ minLength: 1, maxLength: 4_096 }),
  ),
  llmLocalRole: setting(
    "LILUX_LLM_LOCAL_ROLE",
    "`talk`: where no other server answers it is asked what means no call, and calls and results are the built-in model's. `decide`: it was trained to choose calls; where no other server answers it decides on each line, and results and steps are the built-in model's. `all`: it was trained for the whole part; it explains and weighs doubtful lines first, and converses where no other server does.",
    Type.Enum(["talk", "decide", "all"]),
    { default: "talk" as const },
  ),
  llmServer: setting(
    "LILUX_LLM_SERVER",
    "vllm: unfinished messages are continued by the server itself; openai: they are not. It is found out when it is not set.",
    Type.Enum(["openai", "vllm"]),
  ),
};

export interface OrchestratorConfig {
  /** Whose routers are taught in the background; nobody's unless told. */
  teaching?: TeachingSettings;
  /** Where the gRPC server listens; undefined serves only callers in this process. */
  listen?: { host: string; port: number } | undefined;
  /** What every gRPC call must bring; undefined: nothing. */
  secret?: string | undefined;
  /** Of the gateway's claims, in PEM; undefined: nobody's claim is looked at. */
  claimPublicKey?: string | undefined;
  claimPublicKeyText?: string | undefined;
  /** The language model; undefined for the built-in one. */
  languageModel?: OpenAiSettings | undefined;
  /** Turns of one tenant at once; 64 unless told. */
  tenantTurnsMax?: number;
  /** Several, in the order in which they are asked. */
  pools?: readonly PoolSettings[] | undefined;
  /** A small model that does a part of the built-in model's work, where none of them answers. */
  local?: { role: HelperRole; pool: PoolSettings } | undefined;
  /** What tenants may use of them; without bound unless told. */
  modelLimits?: ModelLimits | undefined;
  /** What models' answers on which call is meant were found to be worth. */
  calibrations?: readonly FittedCalibration[] | undefined;
  /** How long it may take to ask which call is meant; the usual time unless told. */
  verifyWithin?: Partial<VerifyDeadlines>;
  /** How long an execute may take; the usual time unless told. */
  executeWithinMs?: number;
}

/** Throws `config_invalid`. Reads nothing but what it is given and the file of pools that it names. */
export function orchestratorConfig(env: Readonly<Record<string, string | undefined>>) {
  const settings = readSettings(orchestratorSettings, env);
  const { llmUrl: url, llmPools } = settings;
  const shared = {
    tokensMax: settings.llmTokensMax,
    deadlines: { firstTokenMs: settings.llmFirstTokenMs },
  };
  if (url !== undefined && llmPools !== undefined) {
    const message = "LILUX_LLM_URL and LILUX_LLM_POOLS are both set. Keep one of them.";
    throw new LiluxError("config_invalid", { message });
  }
  const file = llmPools === undefined ? undefined : readPools(llmPools, { env, defaults: shared });
  const languageModel: OpenAiSettings | undefined =
    url === undefined
      ? undefined
      : {
          url,
          model: settings.llmModel,
          apiKey: settings.llmApiKeyFile ?? settings.llmApiKey,
          ...shared,
          window: settings.llmWindow,
          ...(settings.llmServer === undefined
            ? {}
            : { continuesMessage: settings.llmServer === "vllm" }),
        };
  const { llmLocalUrl: localUrl, llmLocalKey: apiKey, llmLocalRole: role } = settings;
  const local =
    localUrl === undefined
      ? undefined
      : localPool(localUrl, { role, apiKey, deadlines: shared.deadlines });
  const named = poolsOf({ languageModel, pools: file?.pools });
  const teaching: TeachingSettings = {
    tenants: settings.teach.names,
    all: settings.teach.all,
    tokensPerDay: settings.teachTokensPerDay,
    itemsPerMinute: settings.teachItemsPerMinute,
  };
  const executeWithinMs = executeDeadlines(settings.executeMsMax).caller;
  const secret = orchestratorSecretOf(settings);
  const { llmCalibrations: path } = settings;
  const calibrations = path === undefined ? undefined : readCalibrations(path);
  const verifyWithin = { decisionMs: settings.llmDecisionMs, verdictMs: settings.llmVerdictMs };
  return Object.freeze({
    ...settings,
    secret,
    languageModel,
    pools: local === undefined || role !== "all" ? file?.pools : [...named, local],
    local: local === undefined || role === "all" ? undefined : { role, pool: local },
    modelLimits: file?.limits,
    teaching,
    verifyWithin,
    calibrations,
    executeWithinMs,
  });
}
