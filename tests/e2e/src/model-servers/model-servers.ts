import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "@lilux/runtime";
import { eventually } from "@lilux/testkit";
import { CHECKOUT } from "../start-mode.ts";
import { type StartedProcess, startProcess } from "./started-process.ts";

/** A model server of our own on a free port. */
export interface ModelServer {
  /** Without `/v1`. */
  url: string;
  process: StartedProcess;
  /** Until it answered. */
  startedMs: number;
}

const PROGRAMS = join(CHECKOUT, "tests", "model-servers");
/** Real servers take minutes where other work goes on beside them. */
const READY_WITHIN_MS = 900_000;
const LOGS = mkdtempSync(join(tmpdir(), "lilux-model-servers-"));

/** llama.cpp with a GGUF file. */
export function startLlama(python: string, model: string): Promise<ModelServer> {
  return start("llama", { python, port: [], path: "/health" }, (port) => [
    "-u",
    join(PROGRAMS, "serve_llama.py"),
    ...["--model", model, "--port", String(port)],
  ]);
}

export const VLLM_MODEL = "tiny";

export interface VllmTier {
  /** Of the environment with vLLM. */
  python: string;
  /** The folder of the model. */
  model: string;
  /** `vllm-router`; without it, two pools alone are the fleet. */
  router: string;
}

/** vLLM on the processor alone, with random numbers for weights. */
export function startVllm(
  python: string,
  model: string,
  { port }: { port?: number } = {},
): Promise<ModelServer> {
  const env = {
    VLLM_CPU_KVCACHE_SPACE: "1",
    VLLM_CPU_OMP_THREADS_BIND: "nobind",
    OMP_NUM_THREADS: "1",
    HF_HUB_OFFLINE: "1",
    VLLM_NO_USAGE_STATS: "1",
  };
  const given = port === undefined ? [] : [port];
  return start("vllm", { python, port: given, path: "/v1/models", env }, (listen) => [
    // Its command looks for a package of another name in the wheel for processors.
    ...["-m", "vllm.entrypoints.openai.api_server"],
    ...["--model", model, "--served-model-name", VLLM_MODEL, "--load-format", "dummy"],
    ...["--host", "127.0.0.1", "--port", String(listen), "--dtype", "bfloat16"],
    ...["--distributed-executor-backend", "uni", "--enforce-eager"],
    ...["--enable-auto-tool-choice", "--tool-call-parser", "hermes"],
    "--enable-prompt-tokens-details",
  ]);
}

/** `vllm-router` before several servers. */
export function startVllmRouter(
  program: string,
  workers: readonly ModelServer[],
): Promise<ModelServer> {
  return start("vllm-router", { python: program, port: [], path: "/health" }, (port, metrics) => [
    ...["--host", "127.0.0.1", "--port", String(port)],
    ...["--worker-urls", ...workers.map(({ url }) => url)],
    ...["--policy", "round_robin", "--prometheus-port", String(metrics)],
    ...["--health-check-interval-secs", "5", "--cb-failure-threshold", "2"],
  ]);
}

interface Starting {
  python: string;
  port: readonly number[];
  path: string;
  env?: Readonly<Record<string, string>>;
}

async function start(
  name: string,
  { python, port: [given], path, env = {} }: Starting,
  argsFor: (port: number, another: number) => string[],
): Promise<ModelServer> {
  const [free = 0, another = 0] = await freePorts(2);
  const port = given ?? free;
  const url = `http://127.0.0.1:${port}`;
  const log = join(LOGS, `${name}-${port}.log`);
  const startedAt = performance.now();
  const started = startProcess({ command: python, args: argsFor(port, another), env, log });
  await eventually(
    async () => {
      if (started.hasEnded()) return;
      const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) });
      if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
    },
    { withinMs: READY_WITHIN_MS, everyMs: 500 },
  );
  if (started.hasEnded()) throw new Error(`${name} ended while it started; see ${log}`);
  return { url, process: started, startedMs: performance.now() - startedAt };
}

/** Requests that a vLLM works on now. */
export async function runningAt({ url }: ModelServer): Promise<number> {
  const headers = { connection: "close" };
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  return Number(/^vllm:num_requests_running\{[^}]*\} (\S+)/m.exec(text)?.[1] ?? Number.NaN);
}
