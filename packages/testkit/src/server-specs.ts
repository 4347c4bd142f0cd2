import { postgresSpec } from "./postgres-spec.ts";
import type { ServerSpec } from "./server-spec.ts";
import type { ServerKind } from "./test-server.ts";

export const SERVER_SPECS: Readonly<Record<ServerKind, ServerSpec>> = {
  nats: {
    kind: "nats",
    urlVariable: "LILUX_TEST_NATS_URL",
    binary: "nats-server",
    image: "nats:2.12-alpine",
    containerPort: 4222,
    url: (port) => `nats://127.0.0.1:${port}`,
    processArguments: (port, directory) => [
      "-a",
      "127.0.0.1",
      "-p",
      String(port),
      "-js",
      "-sd",
      directory,
    ],
    configArguments: (file) => ["-c", file],
    containerCommand: ["-js", "-sd", "/data"],
  },
  redis: {
    kind: "redis",
    urlVariable: "LILUX_TEST_REDIS_URL",
    binary: "redis-server",
    image: "redis:7-alpine",
    containerPort: 6379,
    url: (port) => `redis://127.0.0.1:${port}`,
    processArguments: (port, directory) => [
      "--bind",
      "127.0.0.1",
      "--port",
      String(port),
      "--dir",
      directory,
      "--save",
      "",
    ],
    configArguments: (file) => [file],
    containerCommand: ["redis-server", "--save", ""],
  },
  postgres: postgresSpec,
};
