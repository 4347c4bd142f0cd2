import { LiluxError } from "@lilux/protocol";
import { createManualClock } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createBuiltInModel } from "../built-in/create-built-in-model.ts";
import type { LanguageModel } from "../language-model.ts";
import { PLAIN_REQUEST } from "../testing/ask-fake.ts";
import { createPooledModel } from "./create-pooled-model.ts";
import type { Pool } from "./pool.ts";
import { createRetryBudget } from "./retry-budget.ts";

const never = (): never => {
  throw new Error("not asked");
};
/** Says nothing until whoever asked gives it up. */
const silentModel: LanguageModel = {
  name: "slow",
  capabilities: { continuesMessage: true, followsSteps: true, generative: true },
  // biome-ignore lint/correctness/useYield: it is silent.
  async *stream() {
    throw new LiluxError("llm_unavailable", { details: { reason: "silent" } });
  },
  structured: never,
};

function before() {
  const heard = { failed: 0, suspected: 0 };
  const pool: Pool = {
    name: "main",
    tier: "primary",
    isLocal: false,
    tenants: undefined,
    adapters: {},
    model: silentModel,
    retries: createRetryBudget(),
    isClosed: () => heard.failed === 0,
    restMs: () => 0,
    spokeAfter: () => undefined,
    hedgeAfterMs: () => 1_000,
    suspect() {
      heard.suspected += 1;
    },
    succeeded: () => undefined,
    lost: () => undefined,
    wrote: () => undefined,
    failed() {
      heard.failed += 1;
    },
    examined: async () => undefined,
    served: () => undefined,
    problem: () => undefined,
    start: () => undefined,
    stop: () => undefined,
  };
  const clock = createManualClock();
  const model = createPooledModel({
    pools: [pool],
    lastResort: createBuiltInModel({ isAlone: false }),
    clock,
    firstTokenMs: 120_000,
    hedges: createRetryBudget(),
    onHedge: () => undefined,
  });
  const ask = async (explains: boolean): Promise<void> => {
    const request = { ...PLAIN_REQUEST, explains };
    for await (const _ of model.stream(request, new AbortController().signal));
  };
  return { heard, ask };
}

// Fails when `noteFailure` takes an explanation's short time for the server's: seen with a real,
// slow llama.cpp, which was left out after each explanation.
test("a server too slow for an explanation is suspected, not left out: one token tells", async () => {
  const { heard, ask } = before();
  await expect(ask(true)).rejects.toMatchObject({ code: "llm_unavailable" });
  expect(heard).toEqual({ failed: 0, suspected: 1 });
});

test("a server that was silent for as long as a turn waits is left out at once", async () => {
  const { heard, ask } = before();
  await ask(false);
  expect(heard).toEqual({ failed: 1, suspected: 0 });
});
