import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { ProcessPlan } from "../distributed/supervise.ts";
import type { Environment } from "../environment.ts";
import type { ModelServerProgram } from "./find-model-server.ts";
import { ADAPTER, type InstalledModel, TEMPLATE, WEIGHTS } from "./model-store.ts";

/** What it reads and writes of one conversation; longer ones are fitted to it. */
export const WINDOW = 8_192;
/** Each holds a window in memory; more turns wait. */
export const AT_ONCE = 2;
const THREADS_MAX = 4;
/** Of earlier prompts; llama.cpp would keep 8 GB of them. */
const CACHE_MEGABYTES = 128;
/** Of address space: some 1 GB is used. One that takes more ends, and is started again. */
const MEMORY_MAX_KB = 6 * 1_024 ** 2;

/** A limit that a system does not know (macOS) is none there. */
const BOUNDED = 'ulimit -v "$1" 2>/dev/null; shift; exec "$@"';

export interface ServePlanOptions {
  model: InstalledModel;
  folder: string;
  program: ModelServerProgram;
  port: number;
  key: string;
  env: Environment;
  logFile: string;
  processors?: number;
}

/** How the server of a model is started: on this machine only, with bounds on memory, window and threads. */
export function servePlan({
  model,
  folder,
  program,
  port,
  key,
  env,
  logFile,
  processors = availableParallelism(),
}: ServePlanOptions): ProcessPlan {
  // Lilux itself needs one.
  const threads = String(Math.max(1, Math.min(THREADS_MAX, processors - 1)));
  const args = [
    ...["--model", join(folder, WEIGHTS), "--alias", model.name],
    ...["--host", "127.0.0.1", "--port", String(port)],
    ...["--ctx-size", String(WINDOW * AT_ONCE), "--parallel", String(AT_ONCE)],
    ...["--threads", threads, "--threads-batch", threads, "--jinja", "--no-webui"],
    ...(model.adapter === undefined ? [] : ["--lora", join(folder, ADAPTER)]),
    ...(model.hasTemplate ? ["--chat-template-file", join(folder, TEMPLATE)] : []),
  ];
  const { command } = program;
  return {
    name: "local model",
    command: "/bin/sh",
    args: [
      "-c",
      BOUNDED,
      "lilux-local-model",
      String(MEMORY_MAX_KB),
      command,
      ...program.args,
      ...args,
    ],
    env: {
      // Of ours it needs nothing, and some of it is secret.
      ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("LILUX_"))),
      ...program.env,
      // As a variable: arguments are read by everybody on the machine.
      LLAMA_API_KEY: key,
      // As variables, which a llama-server that does not know them leaves alone.
      LLAMA_ARG_CACHE_RAM: String(CACHE_MEGABYTES),
      LLAMA_ARG_NO_ENDPOINT_SLOTS: "1",
    },
    logFile,
  };
}
