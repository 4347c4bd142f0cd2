import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { SYSTEM_CLOCK } from "@lilux/core/async";
import {
  createAdminServer,
  createLogger,
  type Opening,
  openSpans,
  readSettings,
  runProcess,
  tracingSettings,
  VERSION,
  warnOfMisspeltVariables,
} from "@lilux/runtime";
import { bundleTerminal } from "@lilux/terminal";
import { embeddedSource } from "../backup/embedded-source.ts";
import { serveBackups } from "../backup/serve-backups.ts";
import { writeBackup } from "../backup/write-backup.ts";
import { CHECKOUT } from "../checkout.ts";
import { createEmbedded } from "../embedded/create-embedded.ts";
import { embeddedDatabaseUrl } from "../embedded/embedded-database-url.ts";
import { keepSessionSecret } from "../embedded/keep-secret.ts";
import { prepareProject } from "../embedded/prepare-project.ts";
import type { Environment } from "../environment.ts";
import { startLocalModel } from "../local-model/start-local-model.ts";
import { logFor } from "../output/log-for.ts";
import { createProgress, type Progress } from "../progress.ts";

export interface UpOptions {
  env: Environment;
  port: number;
  host: string;
  adminPort: number;
  /** The name of a model on this machine that is to be served beside it. */
  localModel?: string | undefined;
}

/** A closed terminal ends what was started in it. */
export const UP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** `lilux up`: everything in this process, until a signal. */
export async function up(options: UpOptions): Promise<void> {
  const logger = createLogger({
    service: "lilux",
    level: logLevelOf(options.env),
    destination: logFor(process.stdout),
  });
  const progress = createProgress(process.stderr);
  await runProcess({
    logger,
    signals: UP_SIGNALS,
    onStartFailure: progress.failed,
    open: (opening) => openEmbedded(options, { ...opening, logger, progress }),
  });
}

interface UpParts extends Opening {
  logger: ReturnType<typeof createLogger>;
  progress: Progress;
}

async function openEmbedded(
  { env, port, host, adminPort, localModel: name }: UpOptions,
  { own, logger, progress }: UpParts,
): Promise<void> {
  const startedAt = performance.now();
  warnOfMisspeltVariables(env, logger);
  const stateDirectory = env["LILUX_STATE_DIR"] ?? join(process.cwd(), ".lilux", `port-${port}`);
  const terminalDirectory = join(stateDirectory, "terminal");
  mkdirSync(stateDirectory, { recursive: true });
  const project = prepareProject(env, process.cwd(), CHECKOUT);
  const local =
    name === undefined
      ? undefined
      : own(await startLocalModel({ name, env, stateDirectory, logger }));
  const url = readSettings(tracingSettings, env).otlpUrl;
  const { spans } = own(await openSpans({ service: "lilux", version: VERSION, url }));
  const embedded = own(
    createEmbedded({
      env: {
        LILUX_EMBEDDINGS_DIR: join(stateDirectory, "cache"),
        LILUX_PACKAGES_DIR: join(stateDirectory, "cache"),
        LILUX_MODEL_DIR: join(CHECKOUT, "models", "router-encoder"),
        LILUX_TERMINAL_DIR: terminalDirectory,
        LILUX_SESSION_SECRET: keepSessionSecret(stateDirectory),
        LILUX_STATE_DIR: stateDirectory,
        LILUX_DATABASE_URL: embeddedDatabaseUrl(stateDirectory),
        ...env,
        ...local?.settings,
        LILUX_PROJECT: project.path,
        LILUX_HOST: host,
        PORT: String(port),
      },
      logger,
      spans,
      journalDirectory: join(stateDirectory, "journal"),
      onStep: progress.step,
    }),
  );
  progress.step("terminal page");
  await bundleTerminal({ outDirectory: terminalDirectory });
  await embedded.start();
  const admin = createAdminServer({
    host: "127.0.0.1",
    port: adminPort,
    services: embedded.services,
  });
  await own(admin).start();
  const { database } = embedded;
  const backups = serveBackups({
    stateDirectory,
    backup: (directory) =>
      writeBackup(directory, embeddedSource(stateDirectory, database), SYSTEM_CLOCK),
    logger,
  });
  await own(backups).start();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  progress.done(
    `Lilux is ready at http://${shownAddress(embedded.address())} in ${seconds} s` +
      ` (${project.reason}: ${project.path}; metrics on 127.0.0.1:${admin.port()})` +
      (local === undefined ? "" : `\n  local model: ${local.description}`),
  );
}

function shownAddress({ host, port }: { host: string; port: number }): string {
  return `${host === "127.0.0.1" || host === "::1" ? "localhost" : host}:${port}`;
}

function logLevelOf(env: Environment): "debug" | "info" | "warn" | "error" | "silent" {
  const level = env["LILUX_LOG_LEVEL"];
  return level === "debug" || level === "info" || level === "error" || level === "silent"
    ? level
    : "warn";
}
