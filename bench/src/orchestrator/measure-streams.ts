import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createLogger } from "@lilux/runtime";
import { type Distributed, startDistributed } from "lilux";
import { type ProcessorTime, processorTimeEach, readProcessorTimes } from "../processor-time.ts";
import type { OrchestratorBenchOptions } from "./orchestrator-bench-options.ts";
import { type TimedStream, timeStream } from "./time-stream.ts";

export interface MeasuredStreams {
  direct: TimedStream[];
  through: TimedStream[];
  /** Of one turn, by process. */
  processorTimes: ReadonlyMap<string, ProcessorTime>;
}

const PROMPT = "what closes the valve of the third pump?";
const READY_WITHIN_MS = 120_000;

/** Times that it is gone over from direct to through, so that neither has the machine at its best. */
const PASSES = 2;
/** About as long as an answer: streams begin one after another, as people do. */
const BEGIN_WITHIN_MS = 2_000;

/** The same question to the model server directly and through gateway and orchestrator, in turns. */
export async function measureStreams(options: OrchestratorBenchOptions): Promise<MeasuredStreams> {
  const script = join(import.meta.dirname, "model-server.ts");
  const flags = ["--conditions=lilux-source", "--no-warnings", script];
  const model = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-"));
  let distributed: Distributed | undefined;
  try {
    const [line] = (await once(model.stdout, "data")) as [Buffer];
    const llm = line.toString().trim();
    mkdirSync(join(directory, "project", ".ai"), { recursive: true });
    distributed = await startDistributed({
      env: {
        PATH: process.env["PATH"] ?? "",
        LILUX_PROJECT: join(directory, "project"),
        LILUX_USER_HOME: join(directory, "home"),
        LILUX_LLM_URL: llm,
        LILUX_LOG_LEVEL: "error",
      },
      logger: createLogger({ service: "bench", level: "error" }),
      stateDirectory: join(directory, "state"),
      port: 0,
      readyWithinMs: READY_WITHIN_MS,
    });
    return await takeTurns(options, { llm, distributed });
  } finally {
    await distributed?.stop();
    model.kill("SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  }
}

async function takeTurns(
  { streams, rounds }: OrchestratorBenchOptions,
  { llm, distributed }: { llm: string; distributed: Distributed },
): Promise<MeasuredStreams> {
  const messages = [{ role: "user", content: PROMPT }];
  const direct = () =>
    timeStream(`${llm}/chat/completions`, {
      body: { model: "base", messages, stream: true, max_tokens: 2_048 },
      mark: '"content":"',
    });
  const through = () =>
    timeStream(`http://127.0.0.1:${distributed.ports.gateway}/v1/turns`, {
      body: { text: PROMPT, ask: true },
      mark: '"type":"text-delta"',
    });
  const all = async (ask: () => Promise<TimedStream>, times: number): Promise<TimedStream[]> => {
    const each = Array.from({ length: streams }, async (_, at) => {
      await sleep((at * BEGIN_WITHIN_MS) / streams);
      const own: TimedStream[] = [];
      for (let asked = 0; asked < times; asked += 1) own.push(await ask());
      return own;
    });
    return (await Promise.all(each)).flat();
  };
  await all(direct, 1);
  await all(through, 1);
  const pids = new Map(
    [...distributed.processes].flatMap(([name, running]) => {
      const pid = running.pid();
      return pid === undefined ? [] : [[name, pid] as const];
    }),
  );
  const before = readProcessorTimes(pids);
  const measured = { direct: [] as TimedStream[], through: [] as TimedStream[] };
  for (let pass = 0; pass < PASSES; pass += 1) {
    const times = Math.ceil(rounds / PASSES);
    measured.direct.push(...(await all(direct, times)));
    measured.through.push(...(await all(through, times)));
    process.stderr.write(`\r  pass ${pass + 1} of ${PASSES} `);
  }
  process.stderr.write("\r\u001b[K");
  const after = readProcessorTimes(pids);
  return { ...measured, processorTimes: processorTimeEach(before, after, measured.through.length) };
}
