import assert from "node:assert/strict";
import { eventually } from "@lilux/testkit";
import { only, textOf } from "../ask.ts";
import { type Running, startMode } from "../start-mode.ts";
import { checkFleet } from "./check-fleet.ts";
import { checkTurns } from "./check-turns.ts";
import { checkWorkflows } from "./check-workflows.ts";
import {
  type ModelServer,
  runningAt,
  startVllm,
  VLLM_MODEL,
  type VllmTier,
} from "./model-servers.ts";
import { type Body, startRecordingProxy } from "./recording-proxy.ts";
import type { Report } from "./report.ts";
import type { ServedModel } from "./served-model.ts";
import { watchTurn } from "./watched-turn.ts";

const ENGINE = /EngineCore/;

export async function checkVllm(tier: VllmTier, report: Report): Promise<void> {
  const [first, second] = await Promise.all([startTold(tier, report), startTold(tier, report)]);
  try {
    await checkAlone(first, report);
    await checkWorkflows({ url: first.url, served: servedBy(first) }, report);
    report.say(told(first));
    await checkFleet({ tier, first, second }, report);
  } finally {
    await Promise.all([first.process.end(), second.process.end()]);
  }
}

async function startTold({ python, model }: VllmTier, report: Report): Promise<ModelServer> {
  const server = await startVllm(python, model);
  report.say(told(server));
  return server;
}

/** One server, known by its address alone. */
async function checkAlone(server: ModelServer, report: Report): Promise<void> {
  const proxy = await startRecordingProxy(server.url);
  const served = servedBy(server);
  proxy.change = served.always;
  const lilux = await startMode("distributed", { env: { LILUX_LLM_URL: proxy.url } });
  try {
    await checkTurns({ lilux, proxy, served, report });
    for (const [what, engine] of [
      ["the whole server", undefined],
      ["its engine alone", ENGINE],
    ] as const) {
      const guarantee = `${what} stopped costs one turn its deadline, is named, and is used again soon after it goes on`;
      await report.check(guarantee, () => stops({ lilux, server, engine }));
    }
  } finally {
    await lilux.stop();
    await proxy.close();
  }
}

function servedBy(server: ModelServer): ServedModel {
  return {
    model: VLLM_MODEL,
    // One token in forty ends an answer, also the first.
    always: (body) => ("response_format" in body ? body : { min_tokens: 8, ...body }),
    callLine: "is there a script for mail?",
    forceCall: callSearch,
    lengthen: (body) => ({ ...body, min_tokens: 600 }),
    finishes: true,
    continues: true,
    running: () => runningAt(server),
  };
}

/** A few words: of random ones, long texts are seldom whole. */
const QUERY_CHARACTERS = 24;

function callSearch(body: Body): Body {
  const parameters = {
    type: "object",
    properties: {
      item_type: { type: "string", enum: ["script", "directive", "knowledge"] },
      query: { type: "string", minLength: 1, maxLength: QUERY_CHARACTERS },
    },
    required: ["item_type", "query"],
    additionalProperties: false,
  };
  const search = { name: "search", description: "Find by words.", parameters, strict: true };
  return {
    ...body,
    min_tokens: 0,
    tools: [{ type: "function", function: search }],
    tool_choice: { type: "function", function: { name: "search" } },
  };
}

const FIRST_MS = 15_000;
const NEXT_MS = 200;
const NAMED_MS = 20_000;
const RECOVERED_MS = 10_000;
/** What a turn costs besides: its way through gateway and bus, on a machine that is busy. */
const WAY_MS = 1_000;

async function stops({
  lilux,
  server,
  engine,
}: {
  lilux: Running;
  server: ModelServer;
  engine: RegExp | undefined;
}): Promise<string> {
  server.process.signal("SIGSTOP", engine);
  const stoppedAt = performance.now();
  const named = namedAfter(lilux, stoppedAt);
  const nextMs: number[] = [];
  let firstMs: number;
  let goesOnAt: number;
  try {
    const first = await watchTurn(lilux.url, "what closes the valve?");
    firstMs = first.ms;
    assert.equal(only(first.events, "turn-end").usage?.model, "built-in");
    assert.ok(textOf(first.events) !== "", "some text came");
    for (let turn = 0; turn < 3; turn += 1) {
      nextMs.push((await watchTurn(lilux.url, `and valve number ${turn}?`)).ms);
    }
    await named;
  } finally {
    server.process.signal("SIGCONT", engine);
    goesOnAt = performance.now();
  }
  await eventually(
    async () => {
      const { events } = await watchTurn(lilux.url, "and now?");
      return only(events, "turn-end").usage?.model === VLLM_MODEL;
    },
    { withinMs: 60_000, everyMs: 200 },
  );
  const recoveredMs = performance.now() - goesOnAt;
  const namedMs = await named;
  const ms = (value: number): string => `${Math.round(value)} ms`;
  const seen = `first turn ${ms(firstMs)}, next ${nextMs.map(ms).join(", ")}, named after ${ms(namedMs)}, model again after ${ms(recoveredMs)}`;
  assert.ok(firstMs <= FIRST_MS, seen);
  assert.ok(Math.max(...nextMs) <= NEXT_MS + WAY_MS, seen);
  assert.ok(namedMs <= NAMED_MS && recoveredMs <= RECOVERED_MS, seen);
  return seen;
}

async function namedAfter(lilux: Running, from: number): Promise<number> {
  await eventually(async () => /"degraded":\[?[^\]]*main/.test(await lilux.readiness()), {
    withinMs: 60_000,
    everyMs: 100,
  });
  return performance.now() - from;
}

function told({ startedMs, process }: ModelServer): string {
  const { residentMb, processorSeconds } = process.spent();
  const started = (startedMs / 1_000).toFixed(0);
  return `  vLLM: started in ${started} s; ${residentMb} MB, ${processorSeconds} s of processor time so far`;
}
