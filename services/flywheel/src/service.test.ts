import { subjects } from "@lilux/bus";
import type { Database } from "@lilux/database";
import {
  type FlywheelRequest,
  LiluxError,
  type ReviewRows,
  type ReviewUndone,
} from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { sharedDatabase } from "./testing/shared-database.ts";
import { startFlywheel } from "./testing/start-flywheel.ts";
import { run, turnOf } from "./testing/turns.ts";

const DAY = 24 * 60 * 60 * 1_000;
const SOON = { withinMs: 60_000 };

const database = sharedDatabase();

const start = (env: Record<string, string> = {}, opened: Database = database()) =>
  startFlywheel({ env, database: () => opened });

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

// Mutants: `turnToKeep` by the row alone; `addTurn` that wants the row's own level; ratings by the row alone.
test("of a turn no more is kept than its tenant's settings let when it was sent, whatever was agreed before", async () => {
  const { ask, send, state, taken } = await start();
  await ask({ do: "consent", level: "full" });
  await send({ ...said("count the pumps"), consent: "none" });
  await send({ ...said("drain the locks"), turnId: "t2", consent: "metrics" });
  await send({ ...said("open the gates"), turnId: "t3", consent: "full" });
  const rating = { type: "feedback", tenant: "acme", sessionId: "s1", turnId: "t" } as const;
  await send({ ...rating, at: LATER, rating: "up", consent: "none" });
  await eventually(async () => (await taken("without_consent")) === 2, SOON);
  await eventually(async () => (await taken("kept")) === 2, SOON);
  expect(await state()).toMatchObject({ turns: 2, ratings: 0 });
  const kept = JSON.stringify(await ask({ do: "list-turns", person: "ann", after: -1 }));
  expect(kept).toContain("open the gates");
  expect(kept).not.toMatch(/pumps|locks/);
});

// Mutant: `since` that is new with every word.
test("a consent that is said again is as old as it was, and what is older than a time is deleted for its tenant alone", async () => {
  const { ask, send, state, clock, tenant } = await start();
  const other = `${tenant}-other`;
  for (const of of [tenant, other]) await ask({ do: "consent", level: "full" }, of);
  clock.advance(1_000);
  const at = Math.floor(clock.unix());
  clock.advance(1_000);
  await ask({ do: "consent", level: "full" });
  await send({ ...said("count the pumps"), at });
  await send({ ...said("open the gates"), turnId: "t2", at: at + DAY });
  await send({ ...said("count the pumps"), tenant: other, at });
  await eventually(async () => (await state()).turns === 2, SOON);
  await eventually(async () => (await state(other)).turns === 1, SOON);
  expect(await ask({ do: "delete-turns", before: at + DAY })).toMatchObject({ turns: 1 });
  expect(await state()).toMatchObject({ turns: 1 });
  expect(await state(other)).toMatchObject({ turns: 1 });
});

// Mutant: a page of turns that is read as a whole.
test("a kept turn that cannot be read is named, and takes no other with it", async () => {
  const { tenant, ask, send, taken } = await start();
  await ask({ do: "consent", level: "full" });
  for (const text of ["count the pumps", "drain the locks", "open the gates"]) {
    await send(said(text, { turnId: text.replaceAll(" ", "-"), sessionId: text.slice(0, 4) }));
  }
  await eventually(async () => (await taken("kept")) === 3, SOON);
  const [spoilt] = await database().transaction(async (queries) => {
    const rows = await queries.execute<{ position: number }>(
      `update flywheel_turns set record = '{"type":"turn","from":"another version"}'
       where tenant = '${tenant}' and turn_id = 'drain-the-locks' returning position`,
    );
    return rows.map(({ position }) => Number(position));
  });
  const manifest = await ask({ do: "build-dataset", name: "first" });
  expect(manifest).toMatchObject({ turns: 2, rows: 2, unreadable: [spoilt] });
  const kept = JSON.stringify(await ask({ do: "list-turns", person: "ann", after: -1 }));
  expect(kept).toContain("another version");
  expect(kept).toContain("open the gates");
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
    staleModels: [],
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

type Trouble = "away" | "full" | "none";

/** A database with trouble: away altogether, or whose disk is full once something is to stay. */
function troubledDatabase() {
  let trouble: Trouble = "none";
  let tries = 0;
  /** Undefined where nothing is wrong. */
  function failing(): "away" | "full" | undefined {
    if (trouble === "none") return undefined;
    tries += 1;
    return trouble;
  }
  // As Postgres answers 53100 at the commit: what was written is taken back.
  const filled =
    <Given>(work: (queries: Given) => Promise<unknown>) =>
    async (queries: Given): Promise<never> => {
      await work(queries);
      throw new LiluxError("database_unavailable", { message: "No space left on device" });
    };
  const away = () => Promise.reject(new LiluxError("database_unavailable"));
  const troubled: Database = {
    ...database(),
    isUntouched: () => false,
    transaction(work, options) {
      const now = failing();
      if (now === "away") return away();
      return database().transaction(now === undefined ? work : filled(work), options);
    },
    forTenant(tenant, work, options) {
      const now = failing();
      if (now === "away") return away();
      return database().forTenant(tenant, now === undefined ? work : filled(work), options);
    },
  };
  return {
    troubled,
    tries: () => tries,
    set(now: Trouble) {
      trouble = now;
    },
  };
}

// Mutants: an error of the store that is taken for a turn that cannot be kept; a consumer that gives up.
test.each(["away", "full"] as const)(
  "ten minutes of a database that is %s lose no interaction, and each is kept once",
  async (trouble) => {
    const { troubled, tries, set } = troubledDatabase();
    const started = await startFlywheel({ database: () => troubled, isBusTimed: true });
    const { ask, send, state, taken, clock } = started;
    await ask({ do: "consent", level: "full" });
    set(trouble);
    for (let turn = 0; turn < 12; turn += 1) await send(said(`count the pumps of site ${turn}`));
    for (let minutes = 0; minutes < 10; minutes += 1) {
      const before = tries();
      await eventually(() => {
        clock.advance(20_000);
        return tries() > before;
      }, SOON);
      clock.advance(60_000);
    }
    expect(await taken("unfit")).toBe(0);
    expect(await taken("kept")).toBe(0);
    set("none");
    await eventually(async () => {
      clock.advance(20_000);
      return (await taken("kept")) === 12;
    }, SOON);
    expect(await state()).toMatchObject({ turns: 12 });
  },
);

// Mutant: a manifest that is kept before its rows, in a transaction of its own.
test("a disk that is full while a dataset is made leaves no half of one, and it is made once there is room", async () => {
  const { troubled, set } = troubledDatabase();
  const { ask, send, state } = await start({}, troubled);
  await ask({ do: "consent", level: "full" });
  await send(said("count the pumps"));
  await eventually(async () => (await state()).turns === 1, SOON);
  set("full");
  await expect(ask({ do: "build-dataset", name: "first" })).rejects.toMatchObject({
    code: "database_unavailable",
  });
  set("none");
  expect(await ask({ do: "list-datasets" })).toEqual({ datasets: [] });
  expect(await ask({ do: "build-dataset", name: "first" })).toMatchObject({ rows: 1 });
});

// Mutants: `parser.is` that is not asked; a consent whose level has a default.
test("interactions of any other form are counted and left out, and a consent without a level changes nothing", async () => {
  const { ask, bus, send, state, taken, tenant } = await start();
  for (const request of [
    { do: "consent" },
    { do: "consent", level: "" },
    { do: "consent", level: "everything" },
    { do: "consent", level: null },
  ]) {
    await expect(ask(request as never), JSON.stringify(request)).rejects.toMatchObject({
      code: "invalid_request",
    });
  }
  expect((await state()).consent).toBe("none");
  await ask({ do: "consent", level: "full" });
  const whole = { ...said("count the pumps"), tenant };
  const { text: _, ...withoutText } = whole;
  const malformed: unknown[] = [
    null,
    "a text",
    [],
    {},
    withoutText,
    { ...whole, text: 7 },
    { ...whole, at: "yesterday" },
    { ...whole, calls: [{ callId: "c", call: { name: "rm" }, ok: true, durationMs: 1 }] },
    { ...whole, outcome: "perhaps" },
    { ...whole, type: "feedback" },
  ];
  for (const [place, body] of malformed.entries()) {
    await bus.append("INTERACTIONS", subjects.interaction(testTenant(tenant)), body, {
      id: `bad-${place}`,
    });
  }
  await send(said("measure the tanks"));
  await eventually(async () => (await taken("kept")) === 1, SOON);
  expect(await taken("unreadable")).toBe(malformed.length);
  expect(await state()).toMatchObject({ turns: 1 });
});

/** A tenant with three kept turns: two of ann's, one of bob's. */
async function withTurns() {
  const { ask, send, state, tenant } = await start();
  await ask({ do: "consent", level: "redacted" });
  const said = (text: string, person: string) =>
    turnOf(text, { at: LATER, person, sessionId: text, ran: run("tally") });
  await send(said("count the pumps", "ann"));
  await send(said("count the tanks", "ann"));
  await send(said("measure the well", "bob"));
  await eventually(async () => (await state()).turns === 3, SOON);
  const next = async (of?: string) => (await ask({ do: "list-reviews" }, of)) as ReviewRows;
  const judge = (id: string, more: object, by = "eve", of?: string) =>
    ask({ do: "review", id, by, ...more } as FlywheelRequest, of);
  return { ask, tenant, next, judge };
}

// Mutants: reviews of another tenant are read; a fix is stored as it was written.
test("labels are judged, taken back by whoever judged them, and only within their tenant", async () => {
  const { ask, tenant, next, judge } = await withTurns();
  const { rows } = await next();
  expect(rows.map(({ line }) => line).toSorted()).toEqual([
    "count the pumps",
    "count the tanks",
    "measure the well",
  ]);
  expect(rows[0]).toMatchObject({ rule: "settled", right: true, done: [{ ok: true }] });
  const [first = "", second = ""] = rows.map(({ id }) => id);
  const neighbour = `${tenant}-b`;
  expect((await next(neighbour)).rows).toEqual([]);
  const refusal = { code: "invalid_request", details: { field: "id" } };
  await expect(judge(first, { verdict: "accept" }, "eve", neighbour)).rejects.toMatchObject(
    refusal,
  );
  await expect(judge("1.talk.none", { verdict: "accept" })).rejects.toMatchObject(refusal);
  await expect(judge(first, { verdict: "fix" })).rejects.toMatchObject({
    details: { field: "meant" },
  });
  const meant = {
    name: "search",
    arguments: { item_type: "script", query: "mail of a@b.example" },
  };
  await judge(first, { verdict: "fix", meant });
  await judge(second, { verdict: "reject" }, "mallory");
  expect((await next()).rows).toHaveLength(1);
  const dataset = JSON.stringify(await ask({ do: "build-dataset", name: "reviewed" }));
  expect(dataset).toContain('"reviewed":{"accepted":0,"fixed":1}');
  expect(dataset).toContain('"rejected":1');
  const { version } = JSON.parse(dataset) as { version: string };
  const page = JSON.stringify(await ask({ do: "read-dataset", version, after: -1 }));
  expect(page).toContain("mail of <email:");
  expect(page).not.toContain("a@b.example");
  const undone = (await ask({ do: "undo-review", by: "eve" })) as ReviewUndone;
  expect(undone).toMatchObject({ undone: { id: first, verdict: "fix" }, row: { id: first } });
  expect(await ask({ do: "undo-review", by: "eve" })).toEqual({ undone: null, row: null });
  expect(await ask({ do: "show-noise" })).toMatchObject({
    rules: expect.arrayContaining([
      expect.objectContaining({ rule: "settled", reviewed: 1, wrong: 1 }),
    ]),
  });
});

// Mutant: the reference of reviews to turns without `on delete cascade`.
test("what somebody withdraws is neither drawn nor counted any more", async () => {
  const { ask, next, judge } = await withTurns();
  const { rows } = await next();
  for (const { id } of rows.filter(({ line }) => line.startsWith("count"))) {
    await judge(id, { verdict: "accept" });
  }
  await ask({ do: "take-part", person: "ann", takesPart: false });
  expect((await next()).rows.map(({ line }) => line)).toEqual(["measure the well"]);
  expect(JSON.stringify(await ask({ do: "show-noise" }))).not.toContain('"reviewed":2');
  await ask({ do: "consent", level: "metrics" });
  expect((await next()).rows).toEqual([]);
});
