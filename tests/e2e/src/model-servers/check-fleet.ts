import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@lilux/testkit";
import { only, textOf } from "../ask.ts";
import { type Running, startMode } from "../start-mode.ts";
import {
  type ModelServer,
  runningAt,
  startVllm,
  startVllmRouter,
  VLLM_MODEL,
  type VllmTier,
} from "./model-servers.ts";
import { type RecordingProxy, startRecordingProxy } from "./recording-proxy.ts";
import type { Report } from "./report.ts";
import { watchTurn } from "./watched-turn.ts";

/** Two servers: first behind `vllm-router` as one pool, then as two. */
export async function checkFleet(
  { tier, first, second }: { tier: VllmTier; first: ModelServer; second: ModelServer },
  report: Report,
): Promise<void> {
  const servers = [first, second];
  await report.check("two servers behind vllm-router answer as one pool", () =>
    behindRouter({ tier, servers }, async ({ lilux, proxy }) => {
      for (let turn = 0; turn < 4; turn += 1) await completedTurn(lilux);
      return `${proxy.turns().length} requests`;
    }),
  );
  await report.check("one of them stopped: no turn fails, and the other is used while it is", () =>
    behindRouter({ tier, servers }, (fleet) => stopped(fleet, second)),
  );
  await report.check(
    "one of them killed in the middle of an answer: the other goes on with it",
    () => behindRouter({ tier, servers }, (fleet) => killedBehindRouter(fleet, [first, second])),
  );
  await report.check(
    "kill -9 of a pool's server in the middle of an answer: the next pool goes on with it",
    () =>
      killedInPool(
        tier,
        servers.filter(({ process }) => !process.hasEnded()),
      ),
  );
}

interface Fleet {
  lilux: Running;
  proxy: RecordingProxy;
}

async function behindRouter<T>(
  { tier, servers }: { tier: VllmTier; servers: readonly ModelServer[] },
  body: (fleet: Fleet) => Promise<T>,
): Promise<T> {
  const router = await startVllmRouter(tier.router, servers);
  const proxy = await startRecordingProxy(router.url);
  const lilux = await startMode("embedded", { env: { LILUX_LLM_URL: proxy.url } });
  try {
    return await body({ lilux, proxy });
  } finally {
    await lilux.stop();
    await proxy.close();
    await router.process.end();
  }
}

const TURNS_MAX = 60;
const GOOD_IN_A_ROW = 4;

/** Turns one after the other, until the model answers several in a row. */
async function stopped({ lilux }: Fleet, server: ModelServer): Promise<string> {
  await completedTurn(lilux);
  server.process.signal("SIGSTOP");
  const seen: string[] = [];
  const startedAt = performance.now();
  try {
    for (let good = 0; good < GOOD_IN_A_ROW; ) {
      assert.ok(seen.length < TURNS_MAX, `not used again: ${seen.join(", ")}`);
      const { events, ms } = await watchTurn(lilux.url, `valve number ${seen.length}?`);
      const end = only(events, "turn-end");
      assert.equal(end.outcome, "completed", JSON.stringify(end.error));
      good = end.usage?.model === VLLM_MODEL ? good + 1 : 0;
      seen.push(`${(ms / 1_000).toFixed(1)} s ${end.usage?.model}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } finally {
    server.process.signal("SIGCONT");
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  return `${seen.join(", ")}; ${seconds} s in all`;
}

/** Whichever of them answers is lost: the balancer tells nobody which, but its engine is busy. */
async function killedBehindRouter(fleet: Fleet, servers: readonly ModelServer[]): Promise<string> {
  await completedTurn(fleet.lilux);
  await untilQuiet(servers);
  fleet.proxy.change = (body) => ({ ...body, min_tokens: 1_000 });
  const kill = async (): Promise<void> => {
    for (const server of servers) {
      if ((await runningAt(server)) > 0) return server.process.signal("SIGKILL");
    }
  };
  return goneOnWith(fleet, { kill, after: fleet.proxy });
}

const QUIET_LOOKS = 5;

/** Until none of them has worked for a while: what they are examined with is over then. */
async function untilQuiet(servers: readonly ModelServer[]): Promise<void> {
  let looks = 0;
  await eventually(
    async () => {
      const running = await Promise.all(servers.map(runningAt));
      looks = running.some((count) => count > 0) ? 0 : looks + 1;
      return looks >= QUIET_LOOKS;
    },
    { withinMs: 120_000, everyMs: 1_000 },
  );
}

/** The first pool is lost in the middle of its answer. */
async function killedInPool(tier: VllmTier, left: readonly ModelServer[]): Promise<string> {
  const anew = await startVllm(tier.python, tier.model);
  const proxies = await Promise.all(
    [anew, ...left.slice(0, 1)].map(({ url }) => startRecordingProxy(url)),
  );
  const [one, two] = proxies;
  assert.ok(one !== undefined && two !== undefined);
  one.change = (body) => ({ ...body, min_tokens: 1_000 });
  const pools = proxies.map(({ url }, at) => ({ name: `pool-${at}`, url, model: VLLM_MODEL }));
  const file = join(mkdtempSync(join(tmpdir(), "lilux-pools-")), "pools.json");
  writeFileSync(file, JSON.stringify({ pools }));
  const lilux = await startMode("embedded", { env: { LILUX_LLM_POOLS: file } });
  try {
    const kill = async (): Promise<void> => anew.process.signal("SIGKILL");
    return await goneOnWith({ lilux, proxy: one }, { kill, after: two });
  } finally {
    await lilux.stop();
    for (const proxy of proxies) await proxy.close();
    await anew.process.end();
  }
}

interface Loss {
  kill(): Promise<void>;
  /** Through which the message is gone on with. */
  after: RecordingProxy;
}

async function goneOnWith({ lilux }: Fleet, { kill, after }: Loss): Promise<string> {
  let killing: Promise<void> | undefined;
  const { events } = await watchTurn(lilux.url, "what closes the valve?", {
    onEvent({ type }) {
      if (type === "text-delta") killing ??= kill();
    },
  });
  await killing;
  const end = only(events, "turn-end");
  assert.equal(end.outcome, "completed", JSON.stringify(end.error));
  const goesOn = after.turns().findLast(({ body }) => body["continue_final_message"] === true);
  assert.ok(goesOn !== undefined, "a server goes on with the message");
  const messages = goesOn.body["messages"] as { content: string }[];
  const begun = messages.at(-1)?.content ?? "";
  assert.ok(begun !== "", "the message had begun");
  assert.ok(textOf(events).startsWith(begun), "nothing of what was shown is lost");
  assert.equal(events.filter(({ type }) => type === "turn-end").length, 1);
  return `lost after ${begun.length} characters of ${textOf(events).length}; ${end.usage?.model} answered last`;
}

async function completedTurn(lilux: Running): Promise<void> {
  const { events } = await watchTurn(lilux.url, "what closes the valve?");
  const end = only(events, "turn-end");
  assert.equal(end.outcome, "completed", JSON.stringify(end.error));
  assert.equal(end.usage?.model, VLLM_MODEL);
}
