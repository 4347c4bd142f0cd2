import { expect, test } from "vitest";
import { composeFaults } from "./compose-faults.ts";
import { type Compose, type ComposeService, readCompose } from "./compose-file.ts";

const compose = readCompose();

test("every container is closed, bounded, watched, named by a digest, without secrets in sight, and speaks over TLS", () => {
  expect(Object.keys(compose.services).length).toBeGreaterThan(12);
  expect(composeFaults(compose)).toEqual([]);
});

type Change = (service: ComposeService) => void;
const environment =
  (variable: string, value: string): Change =>
  (service) => {
    service.environment = { ...service.environment, [variable]: value };
  };

// What was or might be written, and what is said of it.
test.for<[string, string, Change, RegExp]>([
  ["a root that can be written", "gateway", (s) => delete s.read_only, /^gateway: its root/],
  ["no user", "nats", (s) => delete s.user, /^nats: its user/],
  ["root by number", "redis", (s) => (s.user = "0:0"), /^redis: its user/],
  ["a user by name", "redis", (s) => (s.user = "redis"), /^redis: its user/],
  ["capabilities that stay", "grafana", (s) => delete s.cap_drop, /^grafana: it has cap/],
  ["one that is given back", "postgres", (s) => (s.cap_add = ["CHOWN"]), /^postgres: it has cap/],
  ["new privileges", "router", (s) => (s.security_opt = []), /^router: it may become/],
  [
    "a filter that is off",
    "router",
    (s) => s.security_opt?.push("seccomp=unconfined"),
    /^router: it is opened by seccomp/,
  ],
  ["privileged", "kiwi", (s) => (s.privileged = true), /^kiwi: it is privileged/],
  ["the host's processes", "vllm", (s) => (s["ipc"] = "host"), /^vllm: it shares/],
  ["the host's network", "nats", (s) => (s.network_mode = "host"), /^nats: it is on the host's/],
  ["memory without end", "vllm", (s) => delete s.mem_limit, /^vllm: its memory/],
  ["processes without end", "kiwi", (s) => delete s.pids_limit, /^kiwi: its processes/],
  ["memory as a disk", "kiwi", (s) => (s.tmpfs = ["/tmp"]), /^kiwi: a folder in memory/],
  [
    "nobody who looks",
    "alertmanager",
    (s) => delete s.healthcheck,
    /^alertmanager: it has no health/,
  ],
  [
    "a check that is off",
    "router",
    (s) => (s.healthcheck = { disable: true }),
    /^router: it has a health check/,
  ],
  ["a log without end", "router", (s) => delete s["logging"], /^router: its log/],
  ["a tag", "nats", (s) => (s.image = "nats:2.14-alpine"), /^nats: its image .* nats:2.14-alpine/],
  [
    "a tag behind a registry",
    "vllm",
    (s) => (s.image = "docker.io/vllm/vllm-openai:v0.31.0"),
    /^vllm: its image/,
  ],
  [
    "a password in a variable",
    "postgres",
    environment("POSTGRES_PASSWORD", "lilux"),
    /POSTGRES_PASSWORD/,
  ],
  [
    "one that comes from outside",
    "kiwi",
    environment("LILUX_KIWI_SECRET", "$LILUX_KIWI_SECRET"),
    /LILUX_KIWI_SECRET/,
  ],
  [
    "a model's key",
    "orchestrator",
    environment("LILUX_LLM_API_KEY", "$LILUX_LLM_API_KEY"),
    /LILUX_LLM_API_KEY/,
  ],
  [
    "a password in an address",
    "kiwi",
    environment(
      "LILUX_DATABASE_URL",
      "postgres://lilux:lilux@postgres/lilux?sslmode=verify-full&sslcert=a&sslrootcert=b",
    ),
    /a password in LILUX_DATABASE_URL/,
  ],
  [
    "a password in an argument",
    "redis",
    (s) => s.command?.push("--requirepass password=lx_1"),
    /secret in an argument/,
  ],
  [
    "NATS in the clear",
    "router",
    environment("LILUX_NATS_URL", "nats://nats:4222"),
    /clear: nats:\/\/nats/,
  ],
  [
    "Redis in the clear",
    "router",
    environment("LILUX_REDIS_URL", "redis://redis:6379"),
    /clear: redis:\/\/redis/,
  ],
  [
    "Postgres as it likes",
    "kiwi",
    environment("LILUX_DATABASE_URL", "postgres://lilux@postgres/lilux?sslmode=prefer"),
    /clear: postgres:/,
  ],
  [
    "Postgres without a certificate",
    "kiwi",
    environment(
      "LILUX_DATABASE_URL",
      "postgres://lilux@postgres/lilux?sslmode=verify-full&sslrootcert=a",
    ),
    /clear: postgres:/,
  ],
  [
    "gRPC without certificates",
    "context-warmer",
    (s) => delete s.environment?.["LILUX_TLS_CERT_FILE"],
    /no LILUX_TLS_CERT_FILE/,
  ],
  [
    "a service over HTTP",
    "gateway",
    environment("LILUX_SOMETHING_OF_MY_OWN", "http://kiwi:7001"),
    /clear: http:\/\/kiwi/,
  ],
  [
    "a model on everybody's network",
    "vllm",
    (s) => (s.networks = ["default", "models"]),
    /^vllm-router: spoken in the clear: http:..vllm/,
  ],
  ["open to the world", "gateway", (s) => (s.ports = ["8080:8080"]), /published beyond/],
  [
    "credentials that can be changed",
    "kiwi",
    (s) => (s.volumes = ["kiwi:/credentials"]),
    /can change its credentials/,
  ],
  [
    "another's credentials",
    "router",
    (s) => s.volumes?.push("gateway:/credentials:ro"),
    /^router: it shares credentials: gateway with gateway/,
  ],
  [
    "the authority",
    "gateway",
    (s) => s.volumes?.push("authority:/authority:ro"),
    /^gateway: it has the authority/,
  ],
  [
    "the host's folder to write",
    "router",
    (s) => s.volumes?.push("./examples:/examples"),
    /can change what is the host's/,
  ],
  [
    "the engine",
    "prometheus",
    (s) => s.volumes?.push("/var/run/docker.sock:/var/run/docker.sock:ro"),
    /engine's socket/,
  ],
])("is refused: %s", ([, name, change, said]) => {
  const changed: Compose = structuredClone(compose);
  const service = changed.services[name];
  if (service === undefined) throw new Error(`no ${name} in the compose file`);
  change(service);
  expect(composeFaults(changed).join("\n")).toMatch(new RegExp(said.source, "m"));
});
