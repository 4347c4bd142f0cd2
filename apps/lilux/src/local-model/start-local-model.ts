import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { freePorts, type Logger } from "@lilux/runtime";
import { type Supervised, supervise } from "../distributed/supervise.ts";
import { watchForOrphans } from "../distributed/watch-for-orphans.ts";
import type { Environment } from "../environment.ts";
import { findModelServer } from "./find-model-server.ts";
import { type InstalledModel, modelsDirectory, readInstalled } from "./model-store.ts";
import { servePlan } from "./serve-plan.ts";

/** A server that ends at once every time is tried once a minute. */
const RESTART_MAX_MS = 60_000;
const STOP_GRACE_MS = 3_000;

export interface LocalModel {
  /** What the orchestrator has to know, as its settings. */
  readonly settings: Environment;
  /** One line for people. */
  readonly description: string;
  readonly process: Supervised;
  stop(): Promise<void>;
}

/** The plain base was not trained to choose calls, nor to say what they returned. */
function roleOf({ adapter }: InstalledModel): string {
  return adapter === undefined ? "talk" : (adapter.role ?? "all");
}

export interface LocalModelOptions {
  name: string;
  env: Environment;
  stateDirectory: string;
  logger: Logger;
}

/**
 * Starts the server of a model that `lilux model add` put there, and keeps it running. It is not
 * waited for: until it answers, and whenever it does not, turns are answered as without it. It does
 * not outlive this process. Throws `config_invalid` with the next step where something is missing.
 */
export async function startLocalModel({
  name,
  env,
  stateDirectory,
  logger,
}: LocalModelOptions): Promise<LocalModel> {
  const directory = modelsDirectory(env);
  const model = await readInstalled(directory, name);
  if (model === undefined) {
    throw new LiluxError("config_invalid", {
      message: `The model ${name} is not in ${directory}. Get it with: lilux model add ${name}`,
    });
  }
  const program = findModelServer(env, directory);
  if (program === undefined) {
    throw new LiluxError("config_invalid", {
      message: `There is no server for ${name}. Install llama.cpp's llama-server, or have one fetched: lilux model add ${name}`,
    });
  }
  const [port = 0] = await freePorts(1);
  const key = randomBytes(24).toString("base64url");
  const folder = join(directory, name);
  const logFile = join(stateDirectory, "logs", "local-model.log");
  const plan = servePlan({ model, folder, program, port, key, env, logFile });
  const watch = watchForOrphans(logger);
  const process = supervise(plan, {
    logger,
    restartMaxMs: RESTART_MAX_MS,
    // The first time it is told before there is a process to ask.
    onChange: () => queueMicrotask(tellWatch),
  });
  function tellWatch(): void {
    const pid = process.pid();
    watch.update({ services: [], servers: pid === undefined ? [] : [pid] });
  }
  return {
    settings: {
      LILUX_LLM_LOCAL_URL: `http://127.0.0.1:${port}/v1`,
      LILUX_LLM_LOCAL_KEY: key,
      LILUX_LLM_LOCAL_ROLE: roleOf(model),
    },
    description: `${name} (${model.base.name}${model.adapter === undefined ? "" : ` with adapter ${model.adapter.version}`}) by ${program.origin}`,
    process,
    async stop() {
      await process.stop(STOP_GRACE_MS);
      watch.close();
    },
  };
}
