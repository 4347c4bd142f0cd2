import { type Bus, createInProcessBus, type StreamMessage, subjects } from "@lilux/bus";
import { type ContextStore, createInMemoryContextStore, keys } from "@lilux/context-store";
import { type Call, LiluxError, type WarmContext } from "@lilux/protocol";
import { clockOf, eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import {
  candidate,
  emailLibrary,
  fakeKiwi,
  startWarmer,
  type WarmerHarness,
} from "./testing/warmer-harness.ts";

const SOON = { withinMs: 20_000 };
const FOUND = [candidate("outreach_campaign", 0.84), candidate("email_enricher", 0.8)];
const NOW = 1_700_000_000_000;
const HOLDS_MS = 8 * 3_600_000;

function run(item_id: string): Call {
  return { name: "execute", arguments: { item_type: "script", item_id, action: "run" } };
}

const idsOf = (context: WarmContext | undefined): string[] =>
  (context?.candidates ?? []).map(({ item_id }) => item_id);

/** Resolves when so many turns were dealt with, whatever came of them. */
async function taken(warmer: WarmerHarness, turns: number): Promise<void> {
  await eventually(async () => (await warmer.count("turns_consumed_total")) === turns, SOON);
}

test("turns about one kind of work make a cold session warm, stored and announced", async () => {
  const warmer = await startWarmer();
  warmer.kiwi.answers = FOUND;
  await warmer.turn("hello there");
  await taken(warmer, 1);
  expect(warmer.announced).toEqual([]);
  expect(await warmer.stored()).toBeUndefined();

  const sequence = await warmer.turn("enrich the email list for the outreach campaign");
  await eventually(() => warmer.announced.length === 1, SOON);
  const context = await warmer.stored();
  expect(context).toEqual(warmer.announced[0]);
  expect(context).toMatchObject({
    tenant: "local",
    sessionId: warmer.session,
    version: 2 * sequence,
    state: "warm",
    domain: "email",
    confidence: 1,
  });
  expect(idsOf(context)).toEqual(["outreach_campaign", "email_enricher"]);
  expect(warmer.kiwi.asked).toEqual(["enrich the email list for the outreach campaign"]);
  expect(await warmer.count("warmings_total", { state: "cold" })).toBe(1);
  expect(await warmer.count("warmings_total", { state: "warm" })).toBe(1);
  expect(await warmer.count("store_writes_total", { result: "stored" })).toBe(1);
  await warmer.stop();
});

test("talk about nothing in the library discovers nothing", async () => {
  const warmer = await startWarmer();
  for (const text of ["hello", "nice weather in Paris today", "how are you?"]) {
    await warmer.turn(text);
  }
  await taken(warmer, 3);
  expect(warmer.kiwi.asked).toEqual([]);
  await warmer.stop();
});

test("what is brought up again leads, and the context is one version further", async () => {
  const warmer = await startWarmer();
  warmer.kiwi.answers = FOUND;
  await warmer.turn("enrich the email outreach list");
  await taken(warmer, 1);
  warmer.kiwi.answers = [candidate("email_enricher", 0.8)];
  const sequence = await warmer.turn("run the email enricher");
  await taken(warmer, 2);
  const context = await warmer.stored();
  expect(context?.version).toBe(2 * sequence);
  expect(idsOf(context)).toEqual(["email_enricher", "outreach_campaign"]);
  await warmer.stop();
});

// Mutant: a write with a version that is not the turn's sequence, such as a clock.
test("a late turn never overwrites newer context, and is not announced", async () => {
  const warmer = await startWarmer();
  warmer.kiwi.answers = FOUND;
  const key = keys.context(testTenant("local"), warmer.session);
  await warmer.store.putIfNewer(key, { version: 1_000, value: "newer", ttlMs: 60_000 });
  await warmer.turn("enrich the email outreach list");
  await taken(warmer, 1);
  expect(await warmer.store.get(key)).toMatchObject({ version: 1_000, value: "newer" });
  expect(await warmer.count("store_writes_total", { result: "stale" })).toBe(1);
  expect(warmer.announced).toEqual([]);
  await warmer.stop();
});

// Mutant: `readTurn` that keeps the whole line.
test("of a turn of 8,000 characters the tool core is asked for no more than of one of 2,000", async () => {
  const warmer = await startWarmer();
  warmer.kiwi.answers = FOUND;
  const lineOf = (characters: number) =>
    `enrich the email outreach list ${"of customers ".repeat(700)}`.slice(0, characters);
  for (const characters of [2_000, 8_000]) await warmer.turn(lineOf(characters));
  await eventually(() => warmer.kiwi.asked.length === 2, SOON);
  const [few = 0, many = 0] = warmer.kiwi.asked.map(({ length }) => length);
  expect(many).toBe(few);
  expect(many).toBeLessThan(1_300);
  await warmer.stop();
});

// Mutant: tell() that returns unless the write was stored.
test("without the store the context is still announced", async () => {
  const store: ContextStore = {
    ...createInMemoryContextStore(),
    putIfNewer: async () => "unavailable",
    get: async () => ({ state: "unavailable" }),
  };
  const warmer = await startWarmer({ store });
  warmer.kiwi.answers = FOUND;
  await warmer.turn("enrich the email outreach list");
  await eventually(() => warmer.announced.length === 1, SOON);
  expect(await warmer.count("store_writes_total", { result: "unavailable" })).toBe(1);
  await warmer.stop();
});

test("without kiwi turns are taken all the same, and what was warm stays", async () => {
  const warmer = await startWarmer();
  warmer.kiwi.answers = FOUND;
  await warmer.turn("enrich the email outreach list");
  await taken(warmer, 1);
  warmer.kiwi.answers = new LiluxError("kiwi_unavailable");
  const sequence = await warmer.turn("and send the outreach email");
  await taken(warmer, 2);
  const context = await warmer.stored();
  expect(context).toMatchObject({ version: 2 * sequence, state: "warm" });
  expect(idsOf(context).toSorted()).toEqual(["email_enricher", "outreach_campaign"]);
  const failed = { code: "kiwi_unavailable" };
  expect(await warmer.count("discover_failures_total", failed)).toBe(1);
  await warmer.stop();
});

test("two committed calls of one item make the context hot", async () => {
  const warmer = await startWarmer();
  warmer.kiwi.answers = FOUND;
  await warmer.turn("enrich", run("email_enricher"));
  await taken(warmer, 1);
  expect((await warmer.stored())?.state).toBe("warm");
  await warmer.turn("again", run("email_enricher"));
  await taken(warmer, 2);
  expect((await warmer.stored())?.state).toBe("hot");
  await warmer.stop();
});

test("hits, misses, cold turns and candidates never used are counted", async () => {
  let now = NOW;
  const clock = clockOf(() => now);
  const warmer = await startWarmer({ bus: createInProcessBus({ clock }), clock });
  warmer.kiwi.answers = FOUND;
  await warmer.turn("cold", run("email_enricher"));
  await warmer.turn("hit", run("email_enricher"));
  await warmer.turn("miss", run("deploy_staging"));
  await taken(warmer, 3);
  const counted = async (outcome: string) => warmer.count("worked_items_total", { outcome });
  expect([await counted("cold"), await counted("hit"), await counted("miss")]).toEqual([1, 1, 1]);
  expect(await warmer.count("worked_items_total", { work: "other" })).toBe(1);
  const offered = await warmer.count("candidates_offered_total");
  now += HOLDS_MS + 1;
  await warmer.turn("hello");
  await taken(warmer, 4);
  // All but the one that was worked with while it was warm.
  expect(await warmer.count("candidates_wasted_total")).toBe(offered - 1);
  await warmer.stop();
});

// Mutant: readMissed() that returns no turns.
test("after a restart the session's earlier turns still count", async () => {
  const bus = createInProcessBus();
  const store = createInMemoryContextStore();
  const first = await startWarmer({ bus, store });
  await first.turn("email");
  await taken(first, 1);
  expect(first.kiwi.asked).toEqual([]);
  await first.stop();

  const second = await startWarmer({ bus, store, session: first.session });
  second.kiwi.answers = FOUND;
  await second.turn("send");
  await taken(second, 1);
  expect(second.kiwi.asked).toEqual(["send"]);
  expect(idsOf(await second.stored())).toEqual(["outreach_campaign", "email_enricher"]);
  await second.stop();
});

// Mutant: a handler that does not catch up with a session it knows.
test("warmers that share the turns of a session know each other's", async () => {
  const inner = createInProcessBus();
  const handlers: ((message: StreamMessage) => Promise<void>)[] = [];
  const bus: Bus = {
    ...inner,
    async consume(stream, handler) {
      if (stream === "TURNS") handlers.push(handler);
      return { close: async () => undefined };
    },
  };
  const store = createInMemoryContextStore();
  const kiwi = fakeKiwi();
  const first = await startWarmer({ bus, store, kiwi });
  const second = await startWarmer({ bus, store, kiwi, session: first.session });
  const hand = async (to: number, text: string): Promise<void> => {
    const sequence = await first.turn(text);
    const subject = subjects.turn(testTenant("local"), first.session);
    const stored = await bus.read("TURNS", subject, { messagesMax: 100, deadlineMs: 1_000 });
    const message = stored.find((one) => one.sequence === sequence);
    if (message !== undefined) await handlers[to]?.(message);
  };
  await hand(0, "hello");
  await hand(1, "email");
  expect(kiwi.asked).toEqual([]);
  kiwi.answers = FOUND;
  await hand(0, "send");
  expect(kiwi.asked).toEqual(["send"]);
  kiwi.answers = [candidate("email_enricher", 0.8)];
  await hand(1, "enrich");
  expect(idsOf(await first.stored())).toEqual(["email_enricher", "outreach_campaign"]);
  await first.stop();
  await second.stop();
});

test("after a restart candidates that still hold are kept", async () => {
  const bus = createInProcessBus();
  const store = createInMemoryContextStore();
  const first = await startWarmer({ bus, store });
  first.kiwi.answers = FOUND;
  await first.turn("enrich the email outreach list");
  await taken(first, 1);
  await first.stop();
  const second = await startWarmer({ bus, store, session: first.session });
  second.kiwi.answers = [];
  await second.turn("go on with the email list");
  await taken(second, 1);
  expect((await second.stored())?.candidates.map(({ item_id }) => item_id)).toEqual([
    "outreach_campaign",
    "email_enricher",
  ]);
  await second.stop();
});

test("turns of another form or another tenant's are left out, and the next is taken", async () => {
  const warmer = await startWarmer();
  warmer.kiwi.answers = FOUND;
  const subject = subjects.turn(testTenant("local"), warmer.session);
  await warmer.bus.append("TURNS", subject, { text: 7 }, { id: "malformed" });
  const foreign = {
    tenant: "other",
    sessionId: warmer.session,
    turnId: "foreign",
    kind: "submit",
    text: "enrich the email outreach list",
    acceptedAt: Date.now(),
  };
  await warmer.bus.append("TURNS", subject, foreign, { id: "foreign" });
  await warmer.turn("enrich the email outreach list");
  await taken(warmer, 3);
  expect(await warmer.count("turns_consumed_total", { outcome: "unreadable" })).toBe(2);
  expect(warmer.announced).toHaveLength(1);
  await warmer.stop();
});

test("a backlog of turns that people have left behind is passed over", async () => {
  let now = NOW;
  const bus = createInProcessBus({ clock: clockOf(() => now) });
  const warmer = await startWarmer({ bus, clock: clockOf(() => now + 31_000) });
  warmer.kiwi.answers = FOUND;
  await warmer.turn("enrich the email outreach list");
  await taken(warmer, 1);
  expect(warmer.kiwi.asked).toEqual([]);
  expect(await warmer.count("turns_consumed_total", { outcome: "too-old" })).toBe(1);
  now += 1;
  await warmer.stop();
});

test("what was warm is gone when the session has been left for long enough", async () => {
  let now = NOW;
  const clock = clockOf(() => now);
  const bus = createInProcessBus({ clock });
  const warmer = await startWarmer({ bus, store: createInMemoryContextStore({ clock }), clock });
  warmer.kiwi.answers = FOUND;
  await warmer.turn("enrich the email outreach list");
  await taken(warmer, 1);
  now += HOLDS_MS + 1;
  expect(await warmer.stored()).toBeUndefined();
  warmer.kiwi.answers = [];
  await warmer.turn("the email list");
  await taken(warmer, 2);
  expect(await warmer.stored()).toMatchObject({ state: "cold", candidates: [] });
  expect(await warmer.count("candidates_wasted_total")).toBe(2);
  await warmer.stop();
});

test("a changed library is listed again once, and its categories are domains", async () => {
  let now = NOW;
  const clock = clockOf(() => now);
  const kiwi = fakeKiwi();
  const bus = createInProcessBus({ clock });
  const warmer = await startWarmer({ bus, kiwi, clock });
  kiwi.answers = FOUND;
  await warmer.turn("enrich the email outreach list");
  await warmer.turn("enrich the email outreach list again");
  await taken(warmer, 2);
  expect(kiwi.listings).toBe(1);

  const items = emailLibrary().map((item) => ({ ...item, category: "marketing" }));
  kiwi.library = { version: "2", items };
  now += 5_000;
  const change = { tenant: "local", version: "2", changed: ["script:email_enricher"] };
  bus.publish(subjects.library(testTenant("local")), change);
  // The first turn after the change may still be read by the library before it.
  const domainNow = async (): Promise<string | null | undefined> => {
    await warmer.turn("enrich the email outreach list");
    return warmer.announced.at(-1)?.domain;
  };
  await eventually(async () => (await domainNow()) === "marketing", SOON);
  expect(kiwi.listings).toBe(2);
  await warmer.stop();
});

test("an announcement with its items changes the signals without a listing", async () => {
  // Mutant: a holding does not take back what stood at a key.
  const kiwi = fakeKiwi();
  const bus = createInProcessBus({});
  const warmer = await startWarmer({ bus, kiwi });
  kiwi.answers = FOUND;
  await warmer.turn("enrich the email outreach list");
  await taken(warmer, 1);
  const changes = emailLibrary().map((item) => ({
    key: `${item.item_type}:${item.qualified_id}`,
    item: { ...item, category: "marketing" },
  }));
  const { version: before } = kiwi.library;
  const change = { tenant: "local", version: "2", before, changed: [], changes };
  bus.publish(subjects.library(testTenant("local")), change);
  const domainNow = async (): Promise<string | null | undefined> => {
    await warmer.turn("enrich the email outreach list");
    return warmer.announced.at(-1)?.domain;
  };
  await eventually(async () => (await domainNow()) === "marketing", SOON);
  expect(kiwi.listings).toBe(1);
  await warmer.stop();
});

test("a library that cannot be listed leaves signals without it, and is asked for again", async () => {
  let now = NOW;
  const clock = clockOf(() => now);
  const kiwi = fakeKiwi();
  const listItems = kiwi.listItems;
  kiwi.listItems = async () => {
    throw new LiluxError("kiwi_unavailable");
  };
  const warmer = await startWarmer({ bus: createInProcessBus({ clock }), kiwi, clock });
  kiwi.answers = FOUND;
  await warmer.turn("enrich the email outreach list");
  await eventually(() => warmer.announced.length === 1, SOON);
  expect(warmer.announced[0]).toMatchObject({ domain: null, state: "warm" });
  kiwi.listItems = listItems;
  now += 3_000;
  await warmer.turn("enrich the email outreach list");
  await eventually(() => warmer.announced.length === 2, SOON);
  expect(warmer.announced[1]).toMatchObject({ domain: "email" });
  await warmer.stop();
});

test("it is ready while its bus is connected, and stops in order", async () => {
  const warmer = await startWarmer();
  expect(warmer.service.unready()).toEqual([]);
  await warmer.bus.drain();
  expect(warmer.service.unready()).toEqual([]);
  expect(warmer.service.degraded?.()).toEqual(["bus is not connected"]);
  await warmer.stop();
  expect(warmer.service.state()).toBe("stopped");
});
