import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { startNatsServer, startRedisServer, temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { CHECKOUT, DEMO_LIBRARY } from "./start-mode.ts";

const SERVICES = ["kiwi", "router", "context-warmer", "orchestrator", "gateway"] as const;
const ENDS_WITHIN_MS = 90_000;

async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function runService(name: string, env: Record<string, string>) {
  const entry = join(CHECKOUT, "services", name, "src", "main.ts");
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const child = spawn(process.execPath, ["--no-warnings", entry], {
    cwd: CHECKOUT,
    env: {
      PATH: process.env["PATH"],
      LILUX_PROJECT: DEMO_LIBRARY,
      LILUX_USER_HOME: directory.path,
      LILUX_STATE_DIR: directory.path,
      LILUX_ADMIN_PORT: "0",
      PORT: "0",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += String(chunk);
  });
  const [status] = await once(child, "close", { signal: AbortSignal.timeout(ENDS_WITHIN_MS) });
  return { status: status as number | null, output };
}

// Whoever supervises it starts a process again only once it has ended. Mutant:
// setting process.exitCode where runProcess exits; the open connections keep it alive.
test.each(SERVICES)(
  "a %s that cannot start because its port is taken ends with status 1 and says which",
  async (name) => {
    const nats = await startNatsServer();
    const redis = await startRedisServer();
    onTestFinished(async () => void (await Promise.all([nats.stop(), redis.stop()])));
    const port = await takenPort();
    const { status, output } = await runService(name, {
      LILUX_NATS_URL: nats.url,
      LILUX_REDIS_URL: redis.url,
      LILUX_ADMIN_PORT: String(port),
    });
    expect(status).toBe(1);
    expect(output).toContain(`Port ${port} of 127.0.0.1 is in use.`);
  },
  ENDS_WITHIN_MS + 30_000,
);

test.each([
  ["kiwi", "LILUX_KIWI_LISTEN"],
  ["orchestrator", "LILUX_ORCHESTRATOR_LISTEN"],
] as const)(
  "a %s whose gRPC port is taken ends with status 1 and says which",
  async (name, variable) => {
    const nats = await startNatsServer();
    onTestFinished(() => nats.stop());
    const port = await takenPort();
    const env = { LILUX_NATS_URL: nats.url, [variable]: `127.0.0.1:${port}` };
    const { status, output } = await runService(name, env);
    expect(status).toBe(1);
    expect(output).toContain(`Port ${port} of 127.0.0.1 is in use.`);
  },
  ENDS_WITHIN_MS + 30_000,
);

test.each(SERVICES)(
  "a %s with settings that cannot be used ends with status 1 and names all of them",
  async (name) => {
    const { status, output } = await runService(name, {
      LILUX_ADMIN_PORT: "ninety",
      LILUX_LOG_LEVEL: "loud",
    });
    expect(status).toBe(1);
    expect(output).toContain("LILUX_ADMIN_PORT must be");
    expect(output).toContain("LILUX_LOG_LEVEL must be");
    expect(output).not.toMatch(/ninety|loud| {4}at /);
  },
  ENDS_WITHIN_MS,
);
