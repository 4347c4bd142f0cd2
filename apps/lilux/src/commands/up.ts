import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createAdminServer, createLogger, runProcess } from "@lilux/runtime";
import { bundleTerminal } from "@lilux/terminal";
import { CHECKOUT } from "../checkout.ts";
import { chooseProject } from "../embedded/choose-project.ts";
import { createEmbedded } from "../embedded/create-embedded.ts";
import { embeddedDatabaseUrl } from "../embedded/embedded-database-url.ts";
import { keepSecret } from "../embedded/keep-secret.ts";
import type { Environment } from "../environment.ts";
import { createProgress } from "../progress.ts";

export interface UpOptions {
  env: Environment;
  port: number;
  host: string;
  adminPort: number;
}

/** `lilux up`: everything in this process, until a signal. */
export async function up({ env, port, host, adminPort }: UpOptions): Promise<void> {
  const startedAt = performance.now();
  const logger = createLogger({ service: "lilux", level: logLevelOf(env) });
  const progress = createProgress(process.stderr);
  const stateDirectory = env["LILUX_STATE_DIR"] ?? join(process.cwd(), ".lilux", `port-${port}`);
  const terminalDirectory = join(stateDirectory, "terminal");
  mkdirSync(stateDirectory, { recursive: true });
  const project = chooseProject(env, process.cwd(), CHECKOUT);
  const embedded = createEmbedded({
    env: {
      LILUX_CACHE_DIR: join(stateDirectory, "cache"),
      LILUX_MODEL_DIR: join(CHECKOUT, "models", "router-encoder"),
      LILUX_TERMINAL_DIR: terminalDirectory,
      LILUX_SESSION_SECRET: keepSecret(stateDirectory),
      LILUX_STATE_DIR: stateDirectory,
      LILUX_DATABASE_URL: embeddedDatabaseUrl(stateDirectory),
      ...env,
      LILUX_PROJECT: project.path,
      LILUX_HOST: host,
      PORT: String(port),
    },
    logger,
    journalDirectory: join(stateDirectory, "journal"),
    onStep: progress.step,
  });
  const admin = createAdminServer({
    host: "127.0.0.1",
    port: adminPort,
    services: embedded.services,
  });

  await runProcess({
    logger,
    async start() {
      progress.step("terminal page");
      await bundleTerminal({ outDirectory: terminalDirectory });
      await embedded.start();
      await admin.start();
      const address = embedded.address();
      const shown =
        address.host === "127.0.0.1" || address.host === "::1" ? "localhost" : address.host;
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      progress.done(
        `Lilux is ready at http://${shown}:${address.port} in ${seconds} s` +
          ` (${project.reason}: ${project.path}; metrics on 127.0.0.1:${admin.port()})`,
      );
    },
    async stop() {
      await admin.stop();
      await embedded.stop();
    },
  });
}

function logLevelOf(env: Environment): "debug" | "info" | "warn" | "error" | "silent" {
  const level = env["LILUX_LOG_LEVEL"];
  return level === "debug" || level === "info" || level === "error" || level === "silent"
    ? level
    : "warn";
}
