import { createInMemoryContextStore } from "@lilux/context-store";
import { SYSTEM_CLOCK } from "@lilux/core/async";
import { createWeights } from "@lilux/core/fairness";
import { SILENT_LOG } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { Type } from "typebox";
import { expect, test } from "vitest";
import type { LanguageModel, ModelEvent, ModelRequest, Spending } from "../language-model.ts";
import { PLAIN_REQUEST } from "../testing/ask-fake.ts";
import { admittedModel } from "./admitted-model.ts";
import { createAdmission } from "./create-admission.ts";
import type { Prices } from "./prices.ts";
import { createSpendingBook } from "./spending-book.ts";
import type { ModelLimits } from "./tenant-limits.ts";

const NEVER = new AbortController().signal;

/** A model whose answers are given by the test. */
function modelOf(answer: (request: ModelRequest) => AsyncGenerator<ModelEvent>): LanguageModel {
  return {
    name: "scripted",
    capabilities: { continuesMessage: true, followsSteps: true, generative: true },
    stream: answer,
    structured: async ({ onSpent }) => {
      onSpent?.(spent(30, 2));
      return { run: true };
    },
  };
}

function spent(promptTokens: number, completionTokens: number): Spending {
  const unknown = { cachedTokens: undefined, thoughtTokens: undefined };
  return { promptTokens, completionTokens, ...unknown, isTold: true };
}

interface Given {
  answer(request: ModelRequest): AsyncGenerator<ModelEvent>;
  limits?: ModelLimits;
  prices?: Prices;
}

function entered({ answer, limits = {}, prices }: Given) {
  const used: { tenant: string; cost: number | undefined }[] = [];
  const spending = createSpendingBook({
    store: createInMemoryContextStore(),
    clock: SYSTEM_CLOCK,
    logger: SILENT_LOG,
  });
  const admission = createAdmission({
    runningMax: 1,
    clock: SYSTEM_CLOCK,
    onWaited: () => undefined,
  });
  const model = admittedModel(modelOf(answer), {
    admission,
    spending,
    limits,
    prices,
    tokensMax: 100,
    weights: createWeights(),
    clock: SYSTEM_CLOCK,
    onUsed: (tenant, { cost }) => void used.push({ tenant, cost }),
    onRefused: () => undefined,
  });
  return { model, spending, admission, used };
}

async function* told({ onSpent }: ModelRequest): AsyncGenerator<ModelEvent> {
  yield { type: "text", text: "Fine." };
  onSpent?.(spent(40, 5));
}

const by = (tenant: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  ...PLAIN_REQUEST,
  ...more,
  origin: { tenant: testTenant(tenant) },
});

async function all(model: LanguageModel, request: ModelRequest) {
  const events: ModelEvent[] = [];
  for await (const event of model.stream(request, NEVER)) events.push(event);
  return events;
}

// Mutant: `end` that settles with what was reserved.
test("what was used is counted and priced, and the rest of what was reserved is given back", async () => {
  const prices = { input: 2, output: 10 };
  const { model, spending, used } = entered({ answer: told, prices });
  const heard: (number | undefined)[] = [];
  await all(model, by("acme", { onSpent: ({ cost }) => void heard.push(cost) }));
  expect(await spending.spentToday(testTenant("acme"))).toEqual({ tokens: 45, cost: 130 });
  expect(used).toEqual([{ tenant: "acme", cost: 130 }]);
  expect(heard).toEqual([130]);
});

test("a verdict is counted as an answer is", async () => {
  const { model, spending } = entered({ answer: told });
  const { messages, router } = PLAIN_REQUEST;
  const asked = { messages, router, name: "verdict", schema: Type.Object({}), tokensMax: 8 };
  await model.structured({ ...asked, origin: { tenant: testTenant("acme") } }, NEVER);
  expect(await spending.spentToday(testTenant("acme"))).toEqual({ tokens: 32, cost: 0 });
});

test("a tenant whose day is used up is refused by the limit's name, and another is answered", async () => {
  const limits = { tenants: { acme: { tokensPerDay: 120 } } };
  const { model, admission } = entered({ answer: told, limits });
  await all(model, by("acme"));
  await expect(all(model, by("acme"))).rejects.toMatchObject({
    code: "budget_exhausted",
    details: { limit: "tokens_per_day", retryAfterMs: expect.any(Number) },
  });
  expect(await all(model, by("other"))).toHaveLength(1);
  expect(admission.running()).toBe(0);
});

test("everyone's limit is every tenant's own, and a tenant's field goes before it", async () => {
  const limits = { everyone: { tokensPerDay: 1 }, tenants: { rich: { tokensPerDay: 1_000_000 } } };
  const { model } = entered({ answer: told, limits });
  for (const tenant of ["one", "two", "rich"]) await all(model, by(tenant));
  for (const tenant of ["one", "two"]) {
    await expect(all(model, by(tenant))).rejects.toMatchObject({ code: "budget_exhausted" });
  }
  await all(model, by("rich"));
});

// Mutant: `end` that is not in a `finally`.
test("an answer that is left in the middle is counted as far as it came, and its place is free", async () => {
  const { model, spending, admission } = entered({
    async *answer({ onSpent }) {
      try {
        for (;;) yield { type: "text", text: "word " };
      } finally {
        onSpent?.(spent(40, 1));
      }
    },
  });
  for await (const event of model.stream(by("acme"), NEVER)) if (event.type === "text") break;
  expect(await spending.spentToday(testTenant("acme"))).toEqual({ tokens: 41, cost: 0 });
  expect(admission.running()).toBe(0);
});

test("a request that failed before its first word costs nothing and holds no place", async () => {
  const { model, spending, admission } = entered({
    // biome-ignore lint/correctness/useYield: it fails before it could.
    async *answer() {
      throw new LiluxError("llm_unavailable");
    },
  });
  await expect(all(model, by("acme"))).rejects.toMatchObject({ code: "llm_unavailable" });
  expect(await spending.spentToday(testTenant("acme"))).toEqual({ tokens: 0, cost: 0 });
  expect(admission.running()).toBe(0);
});

test("what waiting took is taken off the time until a first word", async () => {
  const asked: (number | undefined)[] = [];
  const finish = Promise.withResolvers<void>();
  const { model } = entered({
    async *answer({ firstTokenMs }) {
      asked.push(firstTokenMs);
      yield { type: "text", text: "a" };
      await finish.promise;
    },
  });
  const first = all(model, by("a"));
  const second = all(model, by("b", { firstTokenMs: 20_000 }));
  await SYSTEM_CLOCK.sleep(5, NEVER);
  finish.resolve();
  await Promise.all([first, second]);
  expect(asked[1]).toBeLessThan(20_000);
  expect(asked[1]).toBeGreaterThan(0);
});
