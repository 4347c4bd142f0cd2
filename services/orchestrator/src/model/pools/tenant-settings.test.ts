import { UNDIVIDED_VERBS } from "@lilux/core/access";
import type { CarriedSettings, Verb } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createHarness, endOf } from "../../testing/harness.ts";
import { turnRequest } from "../../testing/samples.ts";
import { startStrictServer } from "../testing/strict-server/start-strict-server.ts";
import type { PoolSettings } from "./pool-settings.ts";

const SOON = { withinMs: 50_000 };

const mandateOf = (settings?: CarriedSettings, verbs: ReadonlySet<Verb> = UNDIVIDED_VERBS) => ({
  tenant: testTenant("acme"),
  person: "p",
  verbs,
  ...(settings && { settings }),
});

/** Two pools: the first has an adapter of the tenant's, the second is only another's. */
async function start() {
  const reply = () => ({ text: "The valve closes." });
  const [us, eu, theirs] = await Promise.all([
    startStrictServer({ reply, models: ["base"] }),
    startStrictServer({ reply, models: ["base", "acme-spring", "beta-spring"] }),
    startStrictServer({ reply }),
  ]);
  const pools: PoolSettings[] = [
    { name: "us", url: us.url },
    { name: "eu", url: eu.url, model: "base" },
    { name: "theirs", url: theirs.url, tenants: ["beta"] },
  ];
  const harness = await createHarness({ config: { pools } });
  onTestFinished(() => harness.service.stop());
  let turns = 0;
  const ask = async (settings?: CarriedSettings) => {
    turns += 1;
    const turnId = `t${turns}`;
    const turn = turnRequest({
      kind: "ask",
      text: "what closes it?",
      tenant: testTenant("acme"),
      turnId,
    });
    return endOf(await harness.run(turn, { mandate: mandateOf(settings) }));
  };
  return { ...harness, us, eu, theirs, ask };
}

// Mutants: `modelPool` that `run-turn` does not read; one that only sorts the pools.
test("a tenant that names a pool is answered by it alone, and where it is away by nobody else", async () => {
  const { ask, us, eu } = await start();
  expect(await ask()).toMatchObject({ outcome: "completed" });
  expect([us.turns().length, eu.turns().length]).toEqual([1, 0]);
  expect(await ask({ modelPool: "eu" })).toMatchObject({ outcome: "completed" });
  expect([us.turns().length, eu.turns().length]).toEqual([1, 1]);
  eu.rules.fault = { kind: "refusing", status: 503 };
  expect(await ask({ modelPool: "eu" })).toMatchObject({
    outcome: "failed",
    error: { code: "llm_unavailable" },
  });
  expect(us.turns()).toHaveLength(1);
});

// Mutants: `goneReason` that lists every pool; that looks at names alone, so that another's pool is there.
test.each(["moon", "theirs"])(
  "a pool that is not there for the tenant any more (%s) is named, with those there are",
  async (modelPool) => {
    const { ask, us, theirs } = await start();
    const { outcome, error } = await ask({ modelPool });
    expect({ outcome, error }).toMatchObject({
      outcome: "failed",
      error: { code: "unknown_model", details: { setting: "modelPool", pools: ["us", "eu"] } },
    });
    expect(error?.message).toContain(modelPool);
    expect([us.turns().length, theirs.turns().length]).toEqual([0, 0]);
  },
);

// Mutant: an adapter that goes to a server which does not list it.
test("a tenant's adapter answers where its server has it, and the usual model where it does not", async () => {
  const { ask } = await start();
  const answeredBy = async (settings: CarriedSettings) => (await ask(settings)).usage?.model;
  await eventually(async () => {
    expect(await answeredBy({ modelPool: "eu", adapter: "acme-spring" })).toBe("acme-spring");
  }, SOON);
  expect(await answeredBy({ modelPool: "eu", adapter: "gone" })).toBe("base");
  expect(await answeredBy({ adapter: "acme-spring" })).toBe("base");
});

// Mutants: every caller told what servers have; a pool that the tenant's settings leave out, offered.
test("names of servers' models are told to the operator alone, and of pools those that may answer", async () => {
  const { service } = await start();
  const idsFor = async (mandate: ReturnType<typeof mandateOf>) =>
    (await service.listModels(testTenant("acme"), { mandate })).map(({ id }) => id);
  const operator = mandateOf(undefined, new Set<Verb>(["operate"]));
  await eventually(async () => expect(await idsFor(operator)).toContain("beta-spring"), SOON);
  expect(await idsFor(mandateOf())).toEqual(["us", "eu"]);
  expect(await idsFor(mandateOf({ modelPool: "eu" }))).toEqual(["eu"]);
});
