import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { only, textOf } from "../ask.ts";
import { type Running, startMode } from "../start-mode.ts";
import {
  type ModelServer,
  startVllm,
  startVllmRouter,
  VLLM_MODEL,
  type VllmTier,
} from "./model-servers.ts";
import { type RecordingProxy, startRecordingProxy } from "./recording-proxy.ts";
import type { Report } from "./report.ts";
import { watchTurn } from "./watched-turn.ts";

/** Two servers: first as two pools, then behind `vllm-router` as one. */
export async function checkFleet(
  { tier, first }: { tier: VllmTier; first: ModelServer },
  report: Report,
): Promise<void> {
  const second = await startVllm(tier.python, tier.model);
  report.say(`  a second vLLM: started in ${(second.startedMs / 1_000).toFixed(0)} s`);
  try {
    await report.check("two servers behind vllm-router answer as one pool", () =>
      behindRouter({ tier, servers: [first, second] }, async ({ lilux, proxy }) => {
        for (let turn = 0; turn < 4; turn += 1) await completedTurn(lilux);
        return `${proxy.turns().length} requests`;
      }),
    );
    await report.check(
      "a server behind vllm-router stopped costs turns their patience, and no turn fails",
      () => behindRouter({ tier, servers: [first, second] }, (fleet) => stopped(fleet, second)),
    );
    await report.check(
      "kill -9 of the first pool's server in the middle of an answer: the second goes on with it",
      () => killed({ first: second, second: first }),
    );
  } finally {
    await second.process.end();
  }
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

const TURNS = 6;

async function stopped({ lilux }: Fleet, server: ModelServer): Promise<string> {
  await completedTurn(lilux);
  server.process.signal("SIGSTOP");
  const seen: string[] = [];
  try {
    for (let turn = 0; turn < TURNS; turn += 1) {
      const { events, ms } = await watchTurn(lilux.url, `valve number ${turn}?`);
      const end = only(events, "turn-end");
      assert.equal(end.outcome, "completed", JSON.stringify(end.error));
      seen.push(`${(ms / 1_000).toFixed(1)} s ${end.usage?.model}`);
    }
  } finally {
    server.process.signal("SIGCONT");
  }
  return seen.join(", ");
}

/** The first pool is lost in the middle of its answer. */
async function killed({
  first,
  second,
}: {
  first: ModelServer;
  second: ModelServer;
}): Promise<string> {
  const proxies = [await startRecordingProxy(first.url), await startRecordingProxy(second.url)];
  const [one, two] = proxies;
  assert.ok(one !== undefined && two !== undefined);
  one.change = (body) => ({ ...body, min_tokens: 600 });
  const pools = proxies.map(({ url }, at) => ({ name: `pool-${at}`, url, model: VLLM_MODEL }));
  const file = join(mkdtempSync(join(tmpdir(), "lilux-pools-")), "pools.json");
  writeFileSync(file, JSON.stringify({ pools }));
  const lilux = await startMode("embedded", { env: { LILUX_LLM_POOLS: file } });
  try {
    let before = "";
    const { events } = await watchTurn(lilux.url, "what closes the valve?", {
      onEvent(event) {
        if (event.type !== "text-delta") return;
        if (before === "") first.process.signal("SIGKILL");
        before += event.text;
      },
    });
    const end = only(events, "turn-end");
    assert.equal(end.outcome, "completed", JSON.stringify(end.error));
    const goesOn = two.turns().at(-1)?.body;
    assert.equal(goesOn?.["continue_final_message"], true);
    const messages = goesOn?.["messages"] as { content: string }[];
    const begun = messages.at(-1)?.content ?? "";
    assert.ok(textOf(events).startsWith(begun), "nothing of what was shown is lost");
    assert.ok(begun !== "", "the message had begun");
    assert.equal(events.filter(({ type }) => type === "turn-end").length, 1);
    return `after ${begun.length} characters; ${textOf(events).length} in all; answered last by ${end.usage?.model}`;
  } finally {
    await lilux.stop();
    for (const proxy of proxies) await proxy.close();
  }
}

async function completedTurn(lilux: Running): Promise<void> {
  const { events } = await watchTurn(lilux.url, "what closes the valve?");
  const end = only(events, "turn-end");
  assert.equal(end.outcome, "completed", JSON.stringify(end.error));
  assert.equal(end.usage?.model, VLLM_MODEL);
}
