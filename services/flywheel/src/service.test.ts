import { createInProcessBus, subjects } from "@lilux/bus";
import type { Database } from "@lilux/database";
import {
  type FlywheelRequest,
  type FlywheelState,
  type Interaction,
  LiluxError,
} from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { createManualClock, eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { flywheelConfig } from "./config.ts";
import { createFlywheelService } from "./service.ts";
import { sharedDatabase } from "./testing/shared-database.ts";
import { run, turnOf } from "./testing/turns.ts";

const logger = createLogger({ service: "test", level: "silent" });
const DAY = 24 * 60 * 60 * 1_000;
const SOON = { withinMs: 60_000 };

const database = sharedDatabase();

let tenants = 0;

/** A flywheel of its own bus, and a tenant of the shared database that nobody else uses. */
async function start(env: Record<string, string> = {}, opened: Database = database()) {
  const tenant = `tenant-${++tenants}`;
  const bus = createInProcessBus();
  const clock = createManualClock();
  const deps = { bus, database: opened, logger, clock };
  const service = createFlywheelService(flywheelConfig(env), deps);
  await service.start();
  onTestFinished(async () => {
    await service.stop();
    await bus.drain();
  });
  const ask = (request: FlywheelRequest, of = tenant) =>
    bus.request(subjects.flywheel(of), request, { deadlineMs: 120_000 });
  let sent = 0;
  return {
    tenant,
    ask,
    service,
    state: async (of = tenant) => (await ask({ do: "show" }, of)) as FlywheelState,
    clock,
    async send(interaction: Interaction, id = `i${++sent}`) {
      const whole = {
        ...interaction,
        tenant: interaction.tenant === "acme" ? tenant : interaction.tenant,
      };
      await bus.append("INTERACTIONS", subjects.interaction(whole.tenant), whole, { id });
    },
    taken: async (outcome: string) => {
      const metric = service.registry.getSingleMetric("lilux_flywheel_interactions_total");
      const values = (await metric?.get())?.values ?? [];
      return values.find(({ labels }) => labels["outcome"] === outcome)?.value ?? 0;
    },
  };
}

/** Later than any consent of these tests. */
const LATER = Date.UTC(2026, 0, 1);
const said = (text: string, more: Parameters<typeof turnOf>[1] = {}) =>
  turnOf(text, { at: LATER, ran: run("tally"), ...more });

// Mutant: consent that is taken for given.
test("of a tenant that agreed to nothing, nothing is kept", async () => {
  const { send, state, taken } = await start();
  await send(said("count the pumps"));
  await eventually(async () => (await taken("without_consent")) === 1, SOON);
  expect(await state()).toEqual({
    consent: "none",
    turns: 0,
    ratings: 0,
    peopleOut: 0,
    datasets: 0,
  });
});

// Mutant: `recordAt` that answers the turn as it is.
test("what is kept redacted holds no secret, in no table and no dataset", async () => {
  const { ask, send, taken } = await start();
  await ask({ do: "consent", level: "redacted" });
  const secret = "hunter2-CANARY";
  const call = run("login");
  if (call.name === "execute")
    call.arguments.parameters = { password: secret, note: `pin: ${secret}` };
  await send(
    said(`log in with password ${secret}`, { ran: call, response: `I used password ${secret}.` }),
  );
  await eventually(async () => (await taken("kept")) === 1, SOON);
  const turns = await ask({ do: "list-turns", person: "ann", after: -1 });
  expect(JSON.stringify(turns)).toContain("log in with password <secret:");
  await ask({ do: "build-dataset", name: "first" });
  const { datasets } = (await ask({ do: "list-datasets" })) as { datasets: { version: string }[] };
  const page = await ask({ do: "read-dataset", version: datasets[0]?.version ?? "", after: -1 });
  expect(JSON.stringify(page)).toContain("log in with");
  const everything = await database().transaction(async (queries) =>
    JSON.stringify([
      await queries.execute("select * from flywheel_turns"),
      await queries.execute("select * from flywheel_dataset_rows"),
      await queries.execute("select * from flywheel_datasets"),
    ]),
  );
  expect(everything).toContain("log in with");
  expect(everything).not.toContain("CANARY");
});

test("at level metrics there is no text and no call, and no dataset is made of it", async () => {
  const { ask, send, taken } = await start();
  await ask({ do: "consent", level: "metrics" });
  await send(said("count the pumps", { leader: run("tally") }));
  await eventually(async () => (await taken("kept")) === 1, SOON);
  const turns = JSON.stringify(await ask({ do: "list-turns", person: "ann", after: -1 }));
  expect(turns).toContain('"outcome":"completed"');
  expect(turns).not.toMatch(/pumps|tally/);
  await expect(ask({ do: "build-dataset", name: "first" })).rejects.toMatchObject({
    code: "invalid_request",
  });
});

// Mutant: an insert without `onConflictDoNothing`.
test("a turn that is handed out again is kept once, and what cannot be read is left out", async () => {
  const { ask, send, state, taken } = await start();
  await ask({ do: "consent", level: "full" });
  const turn = said("count the pumps");
  await send(turn);
  await send(turn);
  await send({ type: "turn", tenant: "acme" } as never);
  await send({
    type: "feedback",
    tenant: "acme",
    sessionId: "s1",
    turnId: "t",
    at: LATER,
    rating: "up",
  });
  await eventually(async () => (await state()).ratings === 1, SOON);
  await eventually(async () => (await taken("known")) === 1, SOON);
  expect(await taken("unreadable")).toBe(1);
  expect(await state()).toMatchObject({ turns: 1, ratings: 1 });
});

// Mutant: no `since`; what was said before the yes is then kept.
test("what was sent before the present consent is not kept", async () => {
  const { ask, send, state, taken, clock } = await start();
  const before = Math.floor(clock.unix());
  clock.advance(5);
  await ask({ do: "consent", level: "full" });
  await send(said("before", { at: before }));
  await send(said("after", { at: before + 10 }));
  await eventually(async () => (await taken("kept")) === 1, SOON);
  expect(await taken("without_consent")).toBe(1);
  expect((await state()).turns).toBe(1);
});

// Mutants: `deleteTurns` without the rows of datasets; `setTakesPart` that deletes nothing.
test("a person who takes no part is deleted, and the datasets of theirs are stale", async () => {
  const { ask, send, state, taken } = await start();
  await ask({ do: "consent", level: "full" });
  await send(said("count the pumps", { person: "ann" }));
  await send(said("measure the tanks", { person: "bob", sessionId: "s2" }));
  await eventually(async () => (await taken("kept")) === 2, SOON);
  const { version } = (await ask({ do: "build-dataset", name: "first" })) as { version: string };
  expect(await ask({ do: "take-part", person: "ann", takesPart: false })).toEqual({
    turns: 1,
    staleDatasets: 1,
  });
  const page = await ask({ do: "read-dataset", version, after: -1 });
  expect(page).toMatchObject({ manifest: { staleSince: expect.any(Number) } });
  expect(JSON.stringify(page)).not.toContain("pumps");
  expect(JSON.stringify(page)).toContain("tanks");
  await send(said("another of ann's", { person: "ann" }));
  await eventually(async () => (await taken("without_consent")) === 1, SOON);
  expect(await state()).toMatchObject({ turns: 1, peopleOut: 1 });
});

test("a consent that is taken back deletes what it let be kept, and only of that tenant", async () => {
  const { ask, send, state, taken, tenant } = await start();
  const neighbour = `${tenant}-b`;
  await ask({ do: "consent", level: "full" });
  await ask({ do: "consent", level: "full" }, neighbour);
  await send(said("count the pumps"));
  await send(said("measure the tanks", { tenant: neighbour }));
  await eventually(async () => (await taken("kept")) === 2, SOON);
  expect(await ask({ do: "consent", level: "metrics" })).toMatchObject({ turns: 1 });
  expect(await state()).toMatchObject({ consent: "metrics", turns: 0 });
  expect(await state(neighbour)).toMatchObject({ consent: "full", turns: 1 });
});

test("a turn is deleted once it is older than it may be", async () => {
  const { ask, send, state, taken, clock } = await start({ LILUX_FLYWHEEL_DAYS: "30" });
  await ask({ do: "consent", level: "full" });
  await send(said("count the pumps", { at: Math.ceil(clock.unix()) + 10 }));
  await eventually(async () => (await taken("kept")) === 1, SOON);
  const HOUR = 60 * 60 * 1_000;
  await eventually(() => clock.sleepers(HOUR) === 1, SOON);
  clock.advance(29 * DAY);
  await eventually(() => clock.sleepers(HOUR) === 1, SOON);
  expect((await state()).turns).toBe(1);
  clock.advance(2 * DAY);
  await eventually(async () => (await state()).turns === 0, SOON);
});

// Mutant: an error of the store that is taken for a turn that cannot be kept.
test("while the database is away nothing is lost", async () => {
  let isAway = true;
  const flaky: Database = {
    ...database(),
    isUntouched: () => false,
    transaction: (work, options) =>
      isAway
        ? Promise.reject(new LiluxError("database_unavailable"))
        : database().transaction(work, options),
  };
  isAway = false;
  const { ask, send, state } = await start({}, flaky);
  await ask({ do: "consent", level: "full" });
  isAway = true;
  await send(said("count the pumps"));
  await expect(ask({ do: "show" })).rejects.toMatchObject({ code: "database_unavailable" });
  isAway = false;
  await eventually(async () => (await state()).turns === 1, SOON);
});
