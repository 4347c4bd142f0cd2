/** Variables that no service reads, each with who does and what for. */
export interface OtherVariable {
  variable: string;
  readBy: string;
  sentence: string;
}

const COMMAND = "the `lilux` command";
const COMPOSE = "docker-compose.yml";
const TESTS = "the tests";
const SCRIPTS = "scripts, in the sandbox";

const SERVERS = "the servers of deploy/k8s";

/** Made by `lilux credentials`. */
const OF_SERVERS = [
  ["LILUX_NATS_GATEWAY_PASSWORD", "The gateway's in NATS."],
  ["LILUX_NATS_ROUTER_PASSWORD", "The router's in NATS."],
  ["LILUX_NATS_CONTEXT_WARMER_PASSWORD", "The context warmer's in NATS."],
  ["LILUX_NATS_ORCHESTRATOR_PASSWORD", "The orchestrator's in NATS."],
  ["LILUX_NATS_KIWI_PASSWORD", "The tool core's in NATS."],
  ["LILUX_NATS_FLYWHEEL_PASSWORD", "The flywheel's in NATS."],
  ["LILUX_NATS_OPERATOR_PASSWORD", "Of the user who may do everything in NATS."],
  ["LILUX_REDIS_ROUTER_PASSWORD", "The router's in Redis."],
  ["LILUX_REDIS_CONTEXT_WARMER_PASSWORD", "The context warmer's in Redis."],
  ["LILUX_REDIS_ORCHESTRATOR_PASSWORD", "The orchestrator's in Redis."],
] as const;

export const OTHER_VARIABLES: readonly OtherVariable[] = [
  ...OF_SERVERS.map(([variable, sentence]) => ({ variable, readBy: SERVERS, sentence })),
  {
    variable: "LILUX_COMMAND",
    readBy: "the training of the orchestrator's model",
    sentence: "How it calls `lilux`: `npm run --silent lilux --` unless told.",
  },
  { variable: "LILUX_URL", readBy: COMMAND, sentence: "The instance to ask." },
  { variable: "LILUX_API_KEY", readBy: COMMAND, sentence: "The key it is asked with." },
  {
    variable: "LILUX_TENANT_RECORDS",
    readBy: COMMAND,
    sentence:
      "`on`: tenants, their keys and people are records that `lilux admin` changes, rather than lines of a file. Off by default.",
  },
  {
    variable: "LILUX_LLAMA_SERVER",
    readBy: COMMAND,
    sentence:
      "llama.cpp's `llama-server`, for `lilux up --local-model`; the one on the path, or the one that `lilux model add` fetched, when it is not set.",
  },
  { variable: "LILUX_LIBRARY", readBy: COMPOSE, sentence: "The project to serve." },
  {
    variable: "LILUX_TENANTS",
    readBy: COMPOSE,
    sentence: "The folder with one project folder per tenant, instead of a volume.",
  },
  {
    variable: "LILUX_IMAGE",
    readBy: COMPOSE,
    sentence: "The image of every service, instead of the one that is built here.",
  },
  {
    variable: "LILUX_LLM_KEY_FILE",
    readBy: COMPOSE,
    sentence: "A file of the host with the key of the language model's server.",
  },
  {
    variable: "LILUX_VLLM_MODEL",
    readBy: COMPOSE,
    sentence: "The model that the profile `vllm` fetches once, as Hugging Face names it.",
  },
  { variable: "LILUX_VLLM_REVISION", readBy: COMPOSE, sentence: "Its revision." },
  {
    variable: "LILUX_PUBLISHED_PORT",
    readBy: COMPOSE,
    sentence: "The gateway's port on the host's loopback: 8080 unless told.",
  },
  { variable: "LILUX_PROMETHEUS_PORT", readBy: COMPOSE, sentence: "Prometheus': 9090." },
  { variable: "LILUX_ALERTMANAGER_PORT", readBy: COMPOSE, sentence: "Alertmanager's: 9093." },
  { variable: "LILUX_GRAFANA_PORT", readBy: COMPOSE, sentence: "Grafana's: 3000." },
  {
    variable: "LILUX_OUTPUT_DIR",
    readBy: SCRIPTS,
    sentence: "Set for a script: where files it writes are kept as its artefacts.",
  },
  {
    variable: "LILUX_PROJECT_DIR",
    readBy: SCRIPTS,
    sentence: "Set for a script without a sandbox: the project's folder.",
  },
  {
    variable: "LILUX_CHROMIUM",
    readBy: TESTS,
    sentence: "A Chromium to try the page in, instead of one on the PATH.",
  },
  {
    variable: "LILUX_TEST_NATS_URL",
    readBy: TESTS,
    sentence: "A NATS server to use instead of starting one.",
  },
  { variable: "LILUX_TEST_REDIS_URL", readBy: TESTS, sentence: "The same for Redis." },
  { variable: "LILUX_TEST_POSTGRES_URL", readBy: TESTS, sentence: "The same for Postgres." },
  {
    variable: "LILUX_TEST_ACCEPT_GEMMA_TERMS",
    readBy: TESTS,
    sentence:
      "`yes`: whoever runs `npm run test:llama` accepts the terms of the weights it downloads.",
  },
  {
    variable: "LILUX_TEST_GGUF",
    readBy: TESTS,
    sentence: "A GGUF file for `npm run test:llama`, instead of weights to download.",
  },
  {
    variable: "LILUX_TRAINING_PYTHON",
    readBy: TESTS,
    sentence:
      "A Python with training/router/requirements.txt, so that `npm run test:training` runs what needs torch, too.",
  },
];

/** Names that only tests make up, as examples of a variable. */
export const MADE_UP: readonly string[] = [
  "LILUX_PORT",
  "LILUX_LISTEN",
  "LILUX_VERBOSE",
  "LILUX_TEST",
  "LILUX_PROBE_SECRET",
  "LILUX_TENANTS_ROOT",
  "LILUX_TENANTROOT",
  "LILUX_PROJCET",
  "LILUX_API_KEY_FILE",
  "LILUX_SCRIPTS_NETWORK",
  "LILUX_SOMETHING_OF_MY_OWN",
  "lilux_tenant_root",
];
