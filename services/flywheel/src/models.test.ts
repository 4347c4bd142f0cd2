import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInProcessBus, subjects } from "@lilux/bus";
import {
  type Deployment,
  type FlywheelRequest,
  type Interaction,
  LiluxError,
  type ListedModel,
  type ModelEvaluation,
  type ModelSwitch,
  type RouterArtefact,
  type ShownModel,
  type ShownThresholds,
} from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { createManualClock, eventually, temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { SWEEPS_EVERY_MS } from "./artefacts/sweep-artefacts.ts";
import { flywheelConfig } from "./config.ts";
import { createFlywheelService } from "./service.ts";
import { artefactOf, CARD, CASES, modelOf, scriptedTrial } from "./testing/models.ts";
import { sharedDatabase } from "./testing/shared-database.ts";
import { run, turnOf } from "./testing/turns.ts";

const logger = createLogger({ service: "test", level: "silent" });
const SOON = { withinMs: 60_000 };
const WATCH_MS = 5_000;
const BY = "ann";
const NIGHT_LOOKS_MS = 20 * 60 * 1_000;

const database = sharedDatabase();

let tenants = 0;

/** A flywheel, a router that answers trials by a script, and a tenant that agreed. */
async function start(
  env: Record<string, string> = {},
  answerTrial: (body: unknown) => unknown = scriptedTrial,
) {
  const tenant = `modelled-${++tenants}`;
  const bus = createInProcessBus();
  const clock = createManualClock();
  let isBusAway = false;
  const service = createFlywheelService(
    flywheelConfig({
      LILUX_FLYWHEEL_GATE_CASES_MIN: "20",
      LILUX_FLYWHEEL_CANARY_TURNS_MIN: "5",
      ...env,
    }),
    {
      bus: {
        ...bus,
        append: (stream, subject, body, options) =>
          isBusAway && stream === "DEPLOYMENTS"
            ? Promise.reject(new LiluxError("bus_unavailable"))
            : bus.append(stream, subject, body, options),
      },
      database: database(),
      logger,
      clock,
    },
  );
  bus.respond(subjects.ofAllTenants("trial"), async ({ body }) => answerTrial(body));
  await service.start();
  onTestFinished(async () => {
    await service.stop();
    await bus.drain();
  });
  const ask = (request: FlywheelRequest) =>
    bus.request(subjects.flywheel(testTenant(tenant)), request, { deadlineMs: 120_000 });
  await ask({ do: "consent", level: "full" });
  let sent = 0;
  const promote = (model: string, to: "shadow" | "canary" | "live", share?: number) =>
    ask({ do: "promote-model", model, to, by: BY, ...(share === undefined ? {} : { share }) });
  return {
    tenant,
    ask,
    clock,
    promote,
    setBus: (away: boolean) => {
      isBusAway = away;
    },
    register: (model: string, weight: number) =>
      ask({ do: "add-model", model: modelOf(model, weight), by: BY }),
    evaluate: (model: string) =>
      ask({ do: "evaluate-model", model, by: BY, source: { cases: CASES } }),
    models: async () => ((await ask({ do: "list-models" })) as { models: ListedModel[] }).models,
    shown: async (model: string) => (await ask({ do: "show-model", model })) as ShownModel,
    switches: async () =>
      ((await ask({ do: "list-switches" })) as { switches: ModelSwitch[] }).switches,
    /** The watch looks once more. */
    async look() {
      await eventually(() => clock.sleepers(WATCH_MS) === 1, SOON);
      clock.advance(WATCH_MS);
      await eventually(() => clock.sleepers(WATCH_MS) === 1, SOON);
    },
    deployed: async () => {
      const read = { messagesMax: 10, deadlineMs: 5_000 };
      const told = await bus.read("DEPLOYMENTS", subjects.deployment(testTenant(tenant)), read);
      return told.at(-1)?.body as Deployment | undefined;
    },
    /** Turns in which the leader was taken or declined, answered by a model. */
    async turns(count: number, model: string, isWanted: boolean) {
      for (let turn = 0; turn < count; turn += 1) {
        const item = run("tally");
        const said = isWanted
          ? turnOf(`count ${++sent}`, {
              kind: "accept",
              leader: item,
              ran: item,
              predictionUsed: true,
            })
          : turnOf(`count ${++sent}`, { kind: "ask", leader: item });
        const sessionId = `${model}-${sent}`;
        const at = Math.ceil(clock.unix()) + sent;
        const body: Interaction = { ...said, tenant, sessionId, model, at };
        await bus.append("INTERACTIONS", subjects.interaction(testTenant(tenant)), body, {
          id: sessionId,
        });
      }
      await eventually(async () => expect(await kept()).toBe(sent), SOON);
    },
  };

  async function kept(): Promise<number> {
    return ((await ask({ do: "show" })) as { turns: number }).turns;
  }
}

test("a card that lacks something is refused with the field, and one that comes of Gemma without its notice", async () => {
  const { ask, models } = await start();
  const add = (card: object, more: object = {}) =>
    ask({ do: "add-model", model: { ...modelOf("m", 1), card, ...more }, by: BY } as never);
  const without = (field: keyof typeof CARD): object => ({ ...CARD, [field]: undefined });
  for (const field of ["licence", "base", "data", "figures", "limits"] as const) {
    await expect(add(without(field)), field).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining(field),
    });
  }
  const { low: _, ...noInterval } = CARD.figures[0] ?? { low: 0 };
  await expect(add({ ...CARD, figures: [noInterval] })).rejects.toThrow(/low/);
  await expect(add({ ...CARD, figures: [{ ...CARD.figures[0], low: 0.9 }] })).rejects.toThrow(
    /interval/,
  );
  const gemma = { ...CARD, teachers: ["gemma-3-270m"] };
  await expect(add(gemma)).rejects.toMatchObject({ details: { field: "card.notice" } });
  const notice =
    "Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms";
  await expect(add({ ...gemma, notice })).rejects.toMatchObject({
    details: { field: "card.accepted" },
  });
  await expect(add(CARD, { sha256: "cd".repeat(32) })).rejects.toMatchObject({
    details: { field: "sha256" },
  });
  expect(await models()).toEqual([]);
  const accepted = { terms: "Gemma Terms of Use", by: "ann", at: 1 };
  await add({ ...gemma, notice, accepted });
  await add({ ...gemma, notice, accepted });
  expect(await models()).toMatchObject([{ model: "m", stage: "candidate" }]);
  await expect(add(CARD, { artefact: modelOf("m", 2).artefact })).rejects.toThrow(
    /a name of its own/,
  );
});

// Mutants: a gate whose verdict is not looked at; a candidate that is compared with itself.
test("a candidate that answers nonsense is refused by the gate and goes nowhere", async () => {
  const { register, evaluate, models, promote, deployed } = await start();
  await register("nonsense", -1);
  await expect(promote("nonsense", "shadow")).rejects.toThrow(/not been evaluated/);
  const verdict = (await evaluate("nonsense")) as ModelEvaluation;
  expect(verdict).toMatchObject({ passes: false, onlyNew: 0, onlyOld: 12, against: null });
  expect(verdict.refusals).toEqual([
    "all: 0 of 24 right (0.0 %); the floor is 50.0 %, 50.0 points short.",
    "all: 0 of 24 right, the live model 12; that is 50.0 points worse, 45.0 points more than may be.",
    "execute: 0 of 24 right, the live model 12; that is 50.0 points worse, 45.0 points more than may be.",
    expect.stringContaining("alone in 12"),
  ]);
  expect(await models()).toMatchObject([{ stage: "refused", reason: expect.any(String) }]);
  await expect(promote("nonsense", "shadow")).rejects.toThrow(/is refused/);
  expect((await deployed())?.router).toBeUndefined();
});

test("a better one goes by shadow and canary to live, told at each step, and back in one", async () => {
  const { ask, register, evaluate, promote, turns, deployed, switches, shown } = await start();
  await register("better", 1);
  expect(await evaluate("better")).toMatchObject({ passes: true, onlyNew: 12, onlyOld: 0 });
  await expect(promote("better", "canary")).rejects.toThrow(/comes after shadow/);
  await promote("better", "shadow");
  expect((await deployed())?.router?.trial).toMatchObject({ model: "better", stage: "shadow" });
  await promote("better", "canary", 0.5);
  expect((await deployed())?.router?.trial).toMatchObject({ stage: "canary", share: 0.5 });
  await expect(promote("better", "live")).rejects.toThrow(/answered 0 turns .* 5 are asked for/);
  await turns(5, "better", true);
  expect((await shown("better")).trial).toMatchObject({ turns: 5, accepted: 1 });
  await promote("better", "live");
  expect((await deployed())?.router).toMatchObject({ live: { model: "better" } });
  expect((await deployed())?.router?.trial).toBeUndefined();
  await ask({ do: "roll-back", kind: "router", by: BY, reason: "people complain" });
  expect((await deployed())?.router).toBeUndefined();
  expect((await switches()).map(({ from, to, by, reason }) => [from, to, by, reason])).toEqual([
    ["live", "retired", BY, "people complain"],
    ["canary", "live", BY, undefined],
    ["shadow", "canary", BY, undefined],
    ["candidate", "shadow", BY, undefined],
  ]);
  await expect(ask({ do: "roll-back", kind: "router", by: BY })).rejects.toThrow(/nothing to roll/);
});

// Mutants: `judgeTrials` that never stops; one that compares the canary with itself.
test("a canary whose predictions are wanted less often is stopped by itself, and that is written down", async () => {
  const { register, evaluate, promote, turns, look, models, deployed, switches } = await start();
  await register("flattered", 1);
  await evaluate("flattered");
  await promote("flattered", "shadow");
  await promote("flattered", "canary", 0.5);
  await turns(4, "own", true);
  await turns(3, "flattered", false);
  await look();
  expect(await models()).toMatchObject([{ stage: "canary" }]);
  await turns(6, "own", true);
  await turns(6, "flattered", false);
  await look();
  await eventually(async () => {
    expect(await models()).toMatchObject([
      {
        stage: "retired",
        reason: expect.stringMatching(/wanted less often after 9 turns: 0 % wanted, 100 %/),
      },
    ]);
  }, SOON);
  await eventually(async () => expect((await deployed())?.router).toBeUndefined(), SOON);
  expect((await switches())[0]).toMatchObject({ to: "retired", by: "flywheel" });
});

test("a trial ends with the consent that would say how it does", async () => {
  const { ask, register, evaluate, promote, look, models } = await start();
  await register("better", 1);
  await evaluate("better");
  await promote("better", "shadow");
  await ask({ do: "consent", level: "metrics" });
  await look();
  await eventually(async () => {
    expect((await models())[0]).toMatchObject({
      stage: "retired",
      reason: expect.stringContaining("consent is metrics"),
    });
  }, SOON);
  await expect(promote("better", "shadow")).rejects.toThrow(/consent/);
});

// Mutant: `told` noted before the append.
test("what could not be told while the bus was away is told once it is back", async () => {
  const { register, evaluate, promote, setBus, look, deployed, models } = await start();
  await register("better", 1);
  await evaluate("better");
  setBus(true);
  await promote("better", "shadow");
  expect(await models()).toMatchObject([{ stage: "shadow" }]);
  expect((await deployed())?.router).toBeUndefined();
  setBus(false);
  await look();
  await eventually(async () => {
    expect((await deployed())?.router?.trial).toMatchObject({ model: "better" });
  }, SOON);
});

test("a run is told of twice and kept once", async () => {
  const { ask } = await start();
  const told = {
    run: "night-1",
    kind: "router",
    base: "lilux-router-encoder",
    data: "v1",
    settings: { epochs: 3 },
    metrics: {},
    state: "running",
    startedAt: 1,
  } as const;
  await ask({ do: "record-run", run: told });
  await ask({ do: "record-run", run: { ...told, state: "finished", metrics: { loss: 0.2 } } });
  expect(await ask({ do: "list-runs" })).toMatchObject({
    runs: [{ run: "night-1", state: "finished", metrics: { loss: 0.2 } }],
  });
});

// Mutant: `changed` without `staleModels`.
test("who deletes turns is told which models learnt of them, and lists say it of each model", async () => {
  const { ask, models, turns } = await start();
  await turns(3, "0.7.0", true);
  const { version } = (await ask({ do: "build-dataset", name: "first" })) as { version: string };
  const card = { ...CARD, data: { ...CARD.data, dataset: version } };
  await ask({ do: "add-model", model: modelOf("learnt", 1, { card }), by: BY });
  await ask({ do: "add-model", model: modelOf("other", 2), by: BY });
  expect((await models()).map(({ isDataStale }) => isDataStale)).toEqual([false, false]);
  expect(await ask({ do: "delete-turns" })).toMatchObject({
    staleDatasets: 1,
    staleModels: ["learnt"],
  });
  const stale = (await models()).map(({ model, isDataStale }) => [model, isDataStale]);
  expect(Object.fromEntries(stale)).toEqual({ learnt: true, other: false });
});

// Mutants: a fit that counts where it is off; `fitNightly` that never finds one due; a rollback that is fitted over.
test("the bar of acting is fitted every night, told, falls back when it does not hold, and is rolled back", async () => {
  const { ask, clock, deployed, turns } = await start({ LILUX_FLYWHEEL_ACT_ERROR_PERCENT: "20" });
  const bar = async (request: FlywheelRequest = { do: "show-thresholds" }) =>
    (await ask(request)) as ShownThresholds;
  await expect(bar({ do: "roll-back-thresholds", by: BY })).rejects.toThrow(/nothing to roll back/);
  await turns(8, "0.7.0", true);
  // Fourteen right ones without a wrong one keep 20 % with 95 % confidence.
  expect(await bar({ do: "fit-thresholds", by: BY })).toMatchObject({
    mode: "off",
    act: null,
    fit: { telling: 8, missing: 6, answeredBy: "0.7.0" },
  });
  await bar({ do: "switch-thresholds", mode: "on", by: BY });
  expect((await deployed())?.thresholds).toBeUndefined();
  await turns(6, "0.7.0", true);
  async function aNightPasses(): Promise<void> {
    const { length } = (await bar()).changes;
    await eventually(() => clock.sleepers(NIGHT_LOOKS_MS) === 1, SOON);
    clock.advance(24 * 60 * 60 * 1_000);
    await eventually(async () => expect((await bar()).changes.length).toBe(length + 1), SOON);
  }
  await aNightPasses();
  expect(await bar()).toMatchObject({
    mode: "on",
    act: 0.7,
    changes: [{ by: "flywheel" }, {}, {}],
  });
  expect((await deployed())?.thresholds).toEqual({ act: 0.7 });
  await turns(6, "0.7.0", false);
  await aNightPasses();
  expect(await bar()).toMatchObject({ act: null, fit: { wrong: 6, missing: 0 } });
  expect((await deployed())?.thresholds).toBeUndefined();
  expect(await bar({ do: "roll-back-thresholds", by: BY })).toMatchObject({
    mode: "held",
    act: 0.7,
  });
  expect(await bar({ do: "fit-thresholds", by: BY })).toMatchObject({ mode: "held", act: 0.7 });
  expect((await deployed())?.thresholds).toEqual({ act: 0.7 });
  expect(await bar({ do: "switch-thresholds", mode: "off", by: BY })).toMatchObject({ act: null });
  expect((await deployed())?.thresholds).toBeUndefined();
});

// Mutants: a registration that asks no router; a promotion that trusts what the gate saw.
test("a ranker of another base is refused by name when it is registered, and when the routers' model changed before its canary", async () => {
  let base = artefactOf(1).base["model.onnx"];
  const { register, evaluate, promote, models } = await start({}, (body) => {
    const { artefact } = body as { artefact: RouterArtefact };
    if (artefact.base["model.onnx"] === base) return scriptedTrial(body);
    throw new LiluxError("model_invalid", {
      message: "It was fitted on another base: model.onnx.",
    });
  });
  await register("fits", 1);
  await evaluate("fits");
  await promote("fits", "shadow");
  base = "cd".repeat(32);
  const refusal = (name: string) => ({
    code: "invalid_request",
    message: expect.stringMatching(new RegExp(`^${name} cannot be used here.*another base`)),
    details: { field: "artefact" },
  });
  await expect(promote("fits", "canary", 0.5)).rejects.toMatchObject(refusal("fits"));
  await expect(register("foreign", 2)).rejects.toMatchObject(refusal("foreign"));
  expect(await models()).toMatchObject([{ model: "fits", stage: "shadow" }]);
});

// Mutants: a row that is written before its file; `deploymentOf` that leaves out what it cannot read; a sweep that asks one tenant.
test("models' files lie in a folder by their hash, are told as they were registered, and go with the rows that name them", async () => {
  const folder = await temporaryDirectory();
  onTestFinished(() => folder.remove());
  const directory = join(folder.path, "artefacts");
  const started = await start({ LILUX_FLYWHEEL_ARTEFACTS: directory });
  const { tenant, ask, clock, register, evaluate, promote, look, deployed, shown } = started;
  await register("better", 1);
  const [name = ""] = await readdir(directory);
  const inRows = await database().transaction((queries) =>
    queries.execute(`select artefact from flywheel_models where tenant = '${tenant}'`),
  );
  expect(inRows).toEqual([{ artefact: null }]);
  expect((await shown("better")).artefact).toEqual(artefactOf(1));
  await evaluate("better");
  const path = join(directory, name);
  const whole = await readFile(path, "utf8");
  await rm(path);
  await expect(promote("better", "shadow")).rejects.toMatchObject({
    code: "model_invalid",
    message: expect.stringMatching(/^The file of better .*is gone/),
  });
  await writeFile(path, whole);
  await promote("better", "shadow");
  expect((await deployed())?.router?.trial).toMatchObject({ artefact: artefactOf(1) });
  // What cannot be read any more is told to nobody: routers go on with what they know.
  await writeFile(path, whole.replace("[1]", "[2]"));
  const { trial } = (await deployed())?.router ?? {};
  await promote("better", "canary").catch(() => undefined);
  await look();
  expect((await deployed())?.router?.trial).toEqual(trial);
  await ask({ do: "roll-back", kind: "router", by: BY });
  expect((await deployed())?.router).toBeUndefined();
  await database().transaction(async (queries) => {
    await queries.execute(`delete from flywheel_evaluations where tenant = '${tenant}'`);
    await queries.execute(`delete from flywheel_models where tenant = '${tenant}'`);
  });
  await eventually(
    async () => {
      clock.advance(SWEEPS_EVERY_MS);
      expect(await readdir(directory)).toEqual([]);
    },
    { ...SOON, everyMs: 50 },
  );
});
