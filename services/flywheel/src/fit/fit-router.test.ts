import { createInProcessBus, subjects } from "@lilux/bus";
import { createFlywheelStore } from "@lilux/database";
import type {
  FlywheelRequest,
  Interaction,
  ListedModel,
  RouterFit,
  TrainingRun,
} from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { createManualClock, eventually, testTenant } from "@lilux/testkit";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { flywheelConfig } from "../config.ts";
import { createFlywheelService } from "../service.ts";
import { createFittedRouter } from "../testing/fitted-router.ts";
import { sharedDatabase } from "../testing/shared-database.ts";
import { run, turnOf } from "../testing/turns.ts";

const logger = createLogger({ service: "test", level: "silent" });
const SOON = { withinMs: 60_000 };
const HOUR_MS = 3_600_000;
const ITEMS = ["alpha", "beta", "gamma"] as const;
const database = sharedDatabase();
let tenants = 0;

// The first who writes makes the database, which takes a busy machine a minute.
beforeAll(async () => {
  const store = createFlywheelStore(database(), { deadlineMs: 170_000 });
  await store.setConsent({ tenant: testTenant("first"), level: "metrics", at: 1 });
}, 180_000);

async function start(env: Record<string, string> = {}) {
  const tenant = `fitted-${++tenants}`;
  const bus = createInProcessBus();
  const clock = createManualClock();
  const router = createFittedRouter();
  bus.respond(subjects.ofAllTenants("trial"), async ({ body }) => router.answer(body));
  const service = createFlywheelService(
    flywheelConfig({
      LILUX_FLYWHEEL_GATE_CASES_MIN: "15",
      LILUX_FLYWHEEL_CANARY_TURNS_MIN: "1",
      ...env,
    }),
    { bus, database: database(), logger, clock },
  );
  await service.start();
  onTestFinished(async () => {
    await service.stop();
    await bus.drain();
  });
  const ask = <Answer>(request: FlywheelRequest): Promise<Answer> =>
    bus.request(subjects.flywheel(testTenant(tenant)), request, {
      deadlineMs: 120_000,
    }) as Promise<Answer>;
  await ask({ do: "consent", level: "full" });
  let sent = 0;
  return {
    clock,
    ask,
    fit: () => ask<RouterFit>({ do: "fit-router", by: "ann" }),
    models: async () => (await ask<{ models: ListedModel[] }>({ do: "list-models" })).models,
    runs: async () => (await ask<{ runs: TrainingRun[] }>({ do: "list-runs" })).runs,
    /** Lines, each of a session of its own, and the item that the person took for it. */
    async turns(count: number, itemFor: (letter: string, place: number) => number) {
      for (let turn = 0; turn < count; turn += 1) {
        sent += 1;
        const letter = turn % 2 === 0 ? "x" : "y";
        const place = sent % ITEMS.length;
        const taken = run(ITEMS[itemFor(letter, place) % ITEMS.length] ?? "alpha");
        const line = `${letter} ${ITEMS[place]} ${WORDS[sent % WORDS.length]} ${sent * 7_919}`;
        const sessionId = `s${sent}`;
        const at = Math.ceil(clock.unix()) + sent;
        const said = turnOf(line, {
          kind: "accept",
          leader: taken,
          ran: taken,
          predictionUsed: true,
        });
        const body: Interaction = { ...said, tenant, sessionId, at, person: `p${sent % 12}` };
        await bus.append("INTERACTIONS", subjects.interaction(testTenant(tenant)), body, {
          id: sessionId,
        });
      }
      await eventually(async () => {
        expect((await ask<{ turns: number }>({ do: "show" })).turns).toBe(sent);
      }, SOON);
    },
    /** The hour of the night comes, and everything that was slept through is done. */
    async night() {
      const left = (): number => {
        const since = (clock.unix() - 3 * HOUR_MS) % (24 * HOUR_MS);
        return 24 * HOUR_MS - since;
      };
      await eventually(() => clock.sleepers(left()) === 1, SOON);
      clock.advance(left() + 1);
      await eventually(() => clock.sleepers(left()) === 1, SOON);
    },
  };
}

const WORDS = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet"];

/** What people of this tenant mean: the letter tells, which the router's own ranker does not weigh. */
const asTold = (letter: string, place: number): number => (letter === "x" ? place + 1 : place);

test("a ranker is fitted on what people did, registered with its run and card, and judged by the gate", async () => {
  const { turns, fit, models, runs, ask } = await start();
  await expect(fit()).rejects.toThrow(/Nothing was kept/);
  await turns(30, (_, place) => place);
  await expect(fit()).rejects.toThrow(/lines are there to fit on/);
  await turns(130, asTold);
  const fitted = await fit();
  expect(fitted.run).toMatchObject({ state: "finished", base: "scripted 1", kind: "router" });
  expect(fitted.run.metrics["lossAfter"]).toBeLessThan(Number(fitted.run.metrics["lossBefore"]));
  expect(fitted.evaluation).toMatchObject({ against: null });
  expect(fitted.evaluation?.strata.map(({ stratum }) => stratum)).toContain("described");
  expect(await models()).toMatchObject([{ model: fitted.run.run, run: fitted.run.run }]);
  expect(await runs()).toMatchObject([{ run: fitted.run.run }]);
  const shown = await ask<object>({ do: "show-model", model: fitted.run.run });
  expect(shown).toMatchObject({
    card: { data: { dataset: fitted.run.data }, base: { name: "scripted 1" } },
    artefact: { ranker: { featureNames: ["likely", "told"] } },
  });
});

// Mutant: no anchors; a dataset whose people all lie judges itself, and the candidate passes.
test("where all of a tenant's people taught the same wrong, the gate refuses what was learnt by what the library says", async () => {
  const { turns, fit, models } = await start();
  await turns(160, asTold);
  const { evaluation } = await fit();
  expect(evaluation).toMatchObject({ passes: false, onlyOld: 0 });
  expect(evaluation?.onlyNew).toBeGreaterThan(5);
  expect(evaluation?.refusals).toEqual([
    expect.stringMatching(/^described: 0 of 30 right, the live model 30/),
  ]);
  expect(await models()).toMatchObject([{ stage: "refused" }]);
});

// Mutants: `isFitDue` that is always true; a night that fits for who did not agree.
test("each night fits for who agreed and sent something new, and not again for the same turns", async () => {
  const { turns, night, runs, ask } = await start({ LILUX_FLYWHEEL_FIT: "candidates" });
  await night();
  expect(await runs()).toEqual([]);
  await turns(120, asTold);
  await night();
  expect(await runs()).toMatchObject([{ state: "finished", settings: { turns: 120 } }]);
  await turns(6, asTold);
  await night();
  expect(await runs()).toHaveLength(1);
  await turns(60, asTold);
  await night();
  expect(await runs()).toHaveLength(2);
  await ask({ do: "consent", level: "metrics" });
  await night();
  expect(await runs()).toHaveLength(2);
});
