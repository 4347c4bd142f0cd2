import { createInProcessBus, subjects } from "@lilux/bus";
import { createInMemoryContextStore } from "@lilux/context-store";
import { digestJson } from "@lilux/core/calls";
import { isInShare } from "@lilux/core/rollout";
import { itemSummary } from "@lilux/library-index/testing";
import type {
  Deployment,
  Prediction,
  RouterArtefact,
  RouterPart,
  TrialAnswer,
} from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { routerConfig } from "../config.ts";
import { createRouterService } from "../service.ts";
import { createScriptedModel } from "../testing/scripted-model.ts";

const logger = createLogger({ service: "test", level: "silent" });
const SOON = { withinMs: 60_000 };
const TENANT = "acme";
/** Names no item: one that is named leads whatever a ranker says. */
const LINE = "ship the build now";
const LIBRARY = [itemSummary("directive:ops/deploy_staging", { description: "ships the build" })];

/** Never a call, whatever the line; or always one. */
const NEVER = 60;
const ALWAYS = -60;

async function start() {
  const bus = createInProcessBus();
  const model = createScriptedModel();
  const service = createRouterService(routerConfig({}), {
    bus,
    contextStore: createInMemoryContextStore({}),
    logger,
    openModel: async () => model,
    kiwi: { listItems: async () => ({ version: "v1", items: LIBRARY, broken: [] }) },
  });
  await service.start();
  onTestFinished(async () => {
    await service.stop();
    await bus.drain();
  });
  const base = Object.fromEntries(
    ["model.onnx", "tokenizer.json"].map((name) => [
      name,
      model.manifest.files[name]?.sha256 ?? "",
    ]),
  );
  const artefact = (weight: number, of = base): RouterArtefact => ({
    kind: "router",
    base: of,
    ranker: { featureNames: ["is_none"], weights: [weight], temperatures: [{ temperature: 1 }] },
  });
  let revision = 0;
  return {
    artefact,
    part: (name: string, of: RouterArtefact): RouterPart => ({
      model: name,
      sha256: digestJson(of),
      artefact: of,
    }),
    async deploy(router: NonNullable<Deployment["router"]>) {
      revision += 1;
      const body = { tenant: TENANT, revision, router };
      const id = `r${revision}`;
      await bus.append("DEPLOYMENTS", subjects.deployment(testTenant(TENANT)), body, { id });
      bus.publish(subjects.deployed(testTenant(TENANT)), { revision });
    },
    predict: (sessionId = "s1"): Promise<Prediction> =>
      service.predict(
        { tenant: testTenant(TENANT), sessionId, seq: 0, text: LINE, withinMs: 10_000 },
        { deadlineMs: 10_000 },
      ),
    trial: (body: object) =>
      bus.request(subjects.trial(testTenant(TENANT)), body, {
        deadlineMs: 60_000,
      }) as Promise<TrialAnswer>,
    unusable: async () => {
      const text = await service.registry.metrics();
      return /lilux_router_deployed_unusable_total (\d+)/.exec(text)?.[1];
    },
  };
}

// Mutants: a memo whose key knows the encoder alone; a book that is not read on a change.
test("a tenant's own model answers from the moment it is live, and the router's again after a rollback", async () => {
  const { deploy, part, artefact, predict } = await start();
  const own = await predict();
  expect(own.candidates.length).toBeGreaterThan(0);
  await deploy({ live: part("silent", artefact(NEVER)) });
  await eventually(async () => {
    const { model, noCallConfidence } = await predict();
    expect(model).toBe("silent");
    expect(noCallConfidence).toBeGreaterThan(0.99);
  }, SOON);
  await deploy({});
  await eventually(async () => {
    const { model, candidates } = await predict();
    expect([model, candidates]).toEqual([own.model, own.candidates]);
  }, SOON);
});

// Mutant: a shadow whose answer is shown.
test("a shadow is compared and changes nothing that is shown", async () => {
  const { deploy, part, artefact, predict } = await start();
  const own = await predict();
  expect(own.shadow).toBeUndefined();
  await deploy({ trial: { stage: "shadow", share: 0, ...part("quiet", artefact(NEVER)) } });
  await eventually(async () => {
    const { shadow, candidates, model } = await predict();
    expect(shadow).toEqual({ model: "quiet", leader: null });
    expect([model, candidates]).toEqual([own.model, own.candidates]);
  }, SOON);
});

test("a canary answers the sessions of its share, the same ones each time, and no others", async () => {
  const { deploy, part, artefact, predict } = await start();
  const own = await predict();
  const trial = { stage: "canary", share: 0.5, ...part("tried", artefact(NEVER)) } as const;
  await deploy({ trial });
  const sessions = Array.from({ length: 12 }, (_, index) => `session-${index}`);
  const expected = sessions.map((sessionId) =>
    isInShare({ tenant: TENANT, sessionId, trial: "tried" }, 0.5) ? "tried" : own.model,
  );
  expect(new Set(expected).size).toBe(2);
  await eventually(async () => {
    const models = [];
    for (const session of sessions) models.push((await predict(session)).model);
    expect(models).toEqual(expected);
  }, SOON);
});

// Mutants: a hash that is not compared; a base that is not.
test("one of another base, or that is not what was registered, is passed over, and lines are answered", async () => {
  const { deploy, part, artefact, predict, unusable, trial } = await start();
  const own = await predict();
  const other = artefact(NEVER, {
    "model.onnx": "ab".repeat(32),
    "tokenizer.json": "cd".repeat(32),
  });
  await deploy({ live: part("foreign", other) });
  await eventually(async () => {
    await predict();
    expect(await unusable()).toBe("1");
  }, SOON);
  expect((await predict()).model).toBe(own.model);
  await deploy({ live: { ...part("forged", artefact(ALWAYS)), artefact: artefact(NEVER) } });
  await eventually(async () => {
    await predict();
    expect(await unusable()).toBe("2");
  }, SOON);
  expect((await predict()).candidates).toEqual(own.candidates);
  const lines = [{ line: LINE, history: [] }];
  await expect(trial({ artefact: other, lines })).rejects.toMatchObject({
    code: "model_invalid",
    message: expect.stringContaining("fitted on another base"),
  });
  const unfit = artefact(1);
  await expect(
    trial({ artefact: { ...unfit, ranker: { ...unfit.ranker, weights: [] } }, lines }),
  ).rejects.toMatchObject({ code: "model_invalid" });
});

test("a trial answers for candidate and live alike, and is no line of anybody's", async () => {
  const { artefact, predict, trial } = await start();
  const leader = (await predict()).candidates[0];
  const lines = [
    { line: LINE, history: [] },
    { line: LINE, history: ["hello"] },
  ];
  const answered = await trial({ artefact: artefact(NEVER), lines });
  expect(answered.lines).toHaveLength(2);
  expect(answered.lines[0]).toMatchObject({
    candidate: { call: null },
    live: { call: leader?.call },
  });
  const turned = await trial({ artefact: artefact(ALWAYS), live: artefact(NEVER), lines });
  expect(turned.lines[0]?.live.call).toBeNull();
  expect(turned.lines[0]?.candidate.call).not.toBeNull();
});
