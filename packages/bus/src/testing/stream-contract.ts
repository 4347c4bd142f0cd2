import { randomUUID } from "node:crypto";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import type { Bus, StreamMessage, StreamName } from "../bus.ts";
import { JsonText } from "../json-text.ts";
import { subjects } from "../subjects.ts";
import { type BusHarness, openFor, ownNames } from "./harness.ts";

const SOON = { withinMs: 20_000 };
const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const READ = { messagesMax: 100, deadlineMs: 2_000 };

export function registerStreamContract(
  create: () => Promise<BusHarness>,
  { keeps }: { keeps: "streams" | "nothing" },
): void {
  test("an append says where it was stored, and the same id is stored once", async () => {
    const { bus } = await openFor(create);
    const { turn } = ownNames();
    const first = await bus.append("TURNS", turn, { text: "a" }, { id: `${turn}/1` });
    const second = await bus.append("TURNS", turn, { text: "b" }, { id: `${turn}/2` });
    expect(first.duplicate).toBe(false);
    expect(second.sequence).toBeGreaterThan(first.sequence);
    const again = await bus.append("TURNS", turn, { text: "b" }, { id: `${turn}/2` });
    expect(again).toEqual({ sequence: second.sequence, duplicate: true });
    expect(bodies(await bus.read("TURNS", turn, READ))).toEqual([{ text: "a" }, { text: "b" }]);
  });

  test("a body that is text already is read as what the text says", async () => {
    const { bus } = await openFor(create);
    const { turn } = ownNames();
    const body = { events: [{ text: 'ä\u2028"' }] };
    await bus.append("TURNS", turn, new JsonText(JSON.stringify(body)), { id: turn });
    expect(bodies(await bus.read("TURNS", turn, READ))).toEqual([body]);
  });

  test("concurrent appends of one id store one message", async () => {
    const { bus } = await openFor(create);
    const { turn } = ownNames();
    const appends = Array.from({ length: 10 }, () => bus.append("TURNS", turn, 1, { id: turn }));
    const stored = await Promise.all(appends);
    expect(stored.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(stored.map(({ sequence }) => sequence)).size).toBe(1);
  });

  test("read gives what one subject holds: oldest first, bounded, from a time on", async () => {
    const { bus } = await openFor(create);
    const { turn, otherTurn } = ownNames();
    await appendNumbers(bus, turn, 3);
    await bus.append("TURNS", otherTurn, "another session", { id: otherTurn });
    const all = await bus.read("TURNS", turn, READ);
    expect(bodies(all)).toEqual([0, 1, 2]);
    expect(all.map(({ deliveries }) => deliveries)).toEqual([1, 1, 1]);
    expect(bodies(await bus.read("TURNS", turn, { ...READ, messagesMax: 2 }))).toEqual([0, 1]);
    const since = Date.now() + 60_000;
    expect(await bus.read("TURNS", turn, { ...READ, since })).toEqual([]);
    const past = Date.now() - 60_000;
    expect(bodies(await bus.read("TURNS", turn, { ...READ, since: past }))).toEqual([0, 1, 2]);
    expect(await bus.read("TURNS", ownNames().turn, READ)).toEqual([]);
  });

  // Mutants: a filter of one stream; `startsWith` of the tenant's name without the dot behind it.
  test("what every stream holds of a tenant is deleted, and nothing of one whose name begins alike", async () => {
    const { bus } = await openFor(create);
    const gone = `t-${randomUUID().slice(0, 18)}`;
    const other = `${gone}x`;
    const store = async (tenant: string, id: string) => {
      await bus.append(
        "TURNS",
        subjects.turn(testTenant(tenant), "s1"),
        { text: id },
        { id: `${tenant}t${id}` },
      );
      await bus.append(
        "AUDIT",
        subjects.audit(testTenant(tenant)),
        { text: id },
        { id: `${tenant}a${id}` },
      );
    };
    for (const id of ["1", "2"]) {
      await store(gone, id);
      await store(other, id);
    }
    const purged = await bus.purgeTenant(testTenant(gone), { deadlineMs: 5_000 });
    expect(purged.filter(({ messages }) => messages > 0)).toEqual(
      expect.arrayContaining([
        { stream: "TURNS", messages: 2 },
        { stream: "AUDIT", messages: 2 },
      ]),
    );
    expect(purged.reduce((sum, { messages }) => sum + messages, 0)).toBe(4);
    for (const [stream, subjectOf] of [
      ["TURNS", (tenant: string) => subjects.turn(testTenant(tenant), "s1")],
      ["AUDIT", subjects.audit],
    ] as const) {
      expect(await bus.read(stream, subjectOf(testTenant(gone)), READ)).toEqual([]);
      expect(bodies(await bus.read(stream, subjectOf(testTenant(other)), READ))).toEqual([
        { text: "1" },
        { text: "2" },
      ]);
    }
    const again = await bus.purgeTenant(testTenant(gone), { deadlineMs: 5_000 });
    expect(again.every(({ messages }) => messages === 0)).toBe(true);
  });

  // Mutants: a purge without the place; of a stream that was not named; with the first message that stays.
  test("of the streams that are named, a tenant's messages of before a time are deleted, and those since stay", async () => {
    const { bus } = await openFor(create);
    const tenant = `t-${randomUUID().slice(0, 18)}`;
    const [turn, audit] = [
      subjects.turn(testTenant(tenant), "s1"),
      subjects.audit(testTenant(tenant)),
    ];
    const append = (text: string) =>
      bus.append("TURNS", turn, { text }, { id: `${tenant}${text}` });
    await append("old");
    await bus.append("AUDIT", audit, { text: "old" }, { id: `${tenant}a` });
    const [old] = await bus.read("TURNS", turn, READ);
    // Two messages of one millisecond are equally old.
    await eventually(() => Date.now() > (old?.storedAt ?? 0) + 2, SOON);
    await append("new");
    const before = (await bus.read("TURNS", turn, READ)).at(-1)?.storedAt;
    const wanted = { deadlineMs: 5_000, streams: ["TURNS" as const] };
    const purged = await bus.purgeTenant(testTenant(tenant), { ...wanted, before });
    expect(purged).toEqual([{ stream: "TURNS", messages: 1 }]);
    expect(bodies(await bus.read("TURNS", turn, READ))).toEqual([{ text: "new" }]);
    expect(await bus.read("AUDIT", audit, READ)).toHaveLength(1);
    const later = { ...wanted, before: Date.now() + 60_000 };
    expect(await bus.purgeTenant(testTenant(tenant), later)).toEqual([
      { stream: "TURNS", messages: 1 },
    ]);
    await append("newest");
    expect(bodies(await bus.read("TURNS", turn, READ))).toEqual([{ text: "newest" }]);
  });

  // Mutants: one stream of the two left out; what was deleted counted still; what was read before counted twice.
  test("what a tenant holds of streams is as many bytes as it stored there, and is gone with what is deleted", async () => {
    const { bus } = await openFor(create);
    const tenant = `t-${randomUUID().slice(0, 18)}`;
    const held = async (...streams: StreamName[]) =>
      (await bus.heldBytes(streams, { deadlineMs: 20_000 })).get(tenant) ?? 0;
    const store = async (id: string, size: number) => {
      const text = "x".repeat(size);
      await bus.append(
        "TURNS",
        subjects.turn(testTenant(tenant), "s1"),
        { text },
        { id: `${tenant}${id}` },
      );
      await bus.append(
        "AUDIT",
        subjects.audit(testTenant(tenant)),
        { text },
        { id: `${tenant}a${id}` },
      );
    };
    expect(await held("TURNS", "AUDIT")).toBe(0);
    await store("1", 20_000);
    const first = await held("TURNS");
    expect(first).toBeGreaterThan(20_000);
    expect(first).toBeLessThan(21_000);
    await store("2", 50_000);
    const both = await held("TURNS", "AUDIT");
    expect(both).toBeGreaterThan(140_000);
    expect(both).toBeLessThan(143_000);
    expect(await held("LESSONS")).toBe(0);
    await bus.purgeTenant(testTenant(tenant), { deadlineMs: 5_000 });
    expect(await held("TURNS", "AUDIT")).toBe(0);
  });

  test("an append the stream does not take is refused", async () => {
    const { bus } = await openFor(create);
    const { keystroke } = ownNames();
    const append = bus.append("TURNS", keystroke, {}, { id: keystroke, deadlineMs: 300 });
    await expect(append).rejects.toMatchObject({ name: "LiluxError" });
  });

  test("a consumer is handed every message, in order, with what was sent along", async () => {
    const { bus } = await openFor(create);
    const { turn, durable } = ownNames();
    const before = Date.now() - 5_000;
    const stored = await bus.append("TURNS", turn, { text: "a" }, { id: turn, traceparent: TRACE });
    await appendNumbers(bus, turn, 20);
    const seen: StreamMessage[] = [];
    const consumer = await bus.consume("TURNS", collect(turn, seen), { durable, inFlightMax: 1 });
    await eventually(() => seen.length === 21, SOON);
    await consumer.close();
    expect(seen[0]).toMatchObject({
      subject: turn,
      body: { text: "a" },
      traceparent: TRACE,
      sequence: stored.sequence,
      deliveries: 1,
    });
    expect(seen[0]?.storedAt).toBeGreaterThan(before);
    expect(seen[0]?.storedAt).toBeLessThan(Date.now() + 5_000);
    expect(bodies(seen.slice(1))).toEqual(Array.from({ length: 20 }, (_, number) => number));
  });

  // Mutant: an acknowledgement sent before the handler has returned.
  test("a message whose handler threw is handed out again, and counted", async () => {
    const { bus } = await openFor(create);
    const { turn, durable } = ownNames();
    const deliveries: number[] = [];
    const consumer = await bus.consume(
      "TURNS",
      async (message) => {
        if (message.subject !== turn) return;
        deliveries.push(message.deliveries);
        if (message.deliveries < 3) throw new Error("scripted");
      },
      { durable, inFlightMax: 4 },
    );
    await bus.append("TURNS", turn, {}, { id: turn });
    await eventually(() => deliveries.length === 3, SOON);
    await consumer.close();
    expect(deliveries).toEqual([1, 2, 3]);
  });

  test("no more than inFlightMax messages are in work at once", async () => {
    const { bus } = await openFor(create);
    const { turn, durable } = ownNames();
    await appendNumbers(bus, turn, 30);
    let running = 0;
    let most = 0;
    let done = 0;
    const consumer = await bus.consume(
      "TURNS",
      async (message) => {
        if (message.subject !== turn) return;
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        done += 1;
      },
      { durable, inFlightMax: 3 },
    );
    await eventually(() => done === 30, SOON);
    await consumer.close();
    expect(most).toBe(3);
  });

  test("consumers of one durable name share the work", async () => {
    const { bus } = await openFor(create);
    const { turn, durable } = ownNames();
    const seen: [StreamMessage[], StreamMessage[]] = [[], []];
    // Slow while the other has none, so that whoever is quick cannot take all.
    const beside =
      (own: StreamMessage[], other: StreamMessage[]) => async (message: StreamMessage) => {
        await collect(turn, own)(message);
        await new Promise((resolve) => setTimeout(resolve, other.length === 0 ? 300 : 2));
      };
    const first = await bus.consume("TURNS", beside(seen[0], seen[1]), { durable, inFlightMax: 2 });
    const second = await bus.consume("TURNS", beside(seen[1], seen[0]), {
      durable,
      inFlightMax: 2,
    });
    await appendNumbers(bus, turn, 40);
    await eventually(() => seen[0].length + seen[1].length >= 40, SOON);
    await Promise.all([first.close(), second.close()]);
    const numbers = bodies([...seen[0], ...seen[1]]).sort((a, b) => Number(a) - Number(b));
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, number) => number));
    expect(seen[0].length).toBeGreaterThan(0);
    expect(seen[1].length).toBeGreaterThan(0);
  });

  // Mutant: a new name that begins with all there is.
  test("a new durable name may begin at a time, and goes on from where it is whatever it is told later", async () => {
    const { bus } = await openFor(create);
    const { turn, durable } = ownNames();
    await bus.append("TURNS", turn, "old", { id: `${turn}/old` });
    const [old] = await bus.read("TURNS", turn, READ);
    const startAt = (old?.storedAt ?? 0) + 10;
    await eventually(() => Date.now() > startAt + 10, SOON);
    await bus.append("TURNS", turn, "new", { id: `${turn}/new` });
    const seen: StreamMessage[] = [];
    const options = { durable, inFlightMax: 5 };
    const first = await bus.consume("TURNS", collect(turn, seen), { ...options, startAt });
    await eventually(() => seen.length === 1, SOON);
    await first.close();
    await bus.append("TURNS", turn, "newest", { id: `${turn}/newest` });
    const later = { ...options, startAt: Date.now() + 60_000 };
    const second = await bus.consume("TURNS", collect(turn, seen), later);
    await eventually(() => seen.length === 2, SOON);
    await second.close();
    expect(bodies(seen)).toEqual(["new", "newest"]);
  });

  test("a durable name goes on where it was", async () => {
    const { bus } = await openFor(create);
    const { turn, durable } = ownNames();
    await appendNumbers(bus, turn, 3);
    await consumeUntil(bus, { turn, durable, count: 3 });
    await bus.append("TURNS", turn, "new", { id: `${turn}/new` });
    expect(bodies(await consumeUntil(bus, { turn, durable, count: 1 }))).toEqual(["new"]);
  });

  if (keeps === "streams") registerKeepingContract(create);
  else registerForgettingContract(create);
}

function registerKeepingContract(create: () => Promise<BusHarness>): void {
  test("streams, ids and positions outlive the bus", async () => {
    const { bus, reopen } = await openFor(create);
    const { turn, durable } = ownNames();
    await appendNumbers(bus, turn, 5);
    await consumeUntil(bus, { turn, durable, count: 5 });
    const last = await bus.append("TURNS", turn, "unread", { id: `${turn}/unread` });
    await bus.drain();

    const next = await reopen();
    const again = await next.append("TURNS", turn, "unread", { id: `${turn}/unread` });
    expect(again).toEqual({ sequence: last.sequence, duplicate: true });
    expect(bodies(await next.read("TURNS", turn, READ))).toEqual([0, 1, 2, 3, 4, "unread"]);
    expect(bodies(await consumeUntil(next, { turn, durable, count: 1 }))).toEqual(["unread"]);
    const after = await next.append("TURNS", turn, "after", { id: `${turn}/after` });
    expect(after.sequence).toBeGreaterThan(last.sequence);
  });
}

/** A bus that keeps nothing says so by beginning empty, and never with a part. */
function registerForgettingContract(create: () => Promise<BusHarness>): void {
  test("streams, ids and positions end with the bus", async () => {
    const { bus, reopen } = await openFor(create);
    const { turn, durable } = ownNames();
    await appendNumbers(bus, turn, 3);
    await consumeUntil(bus, { turn, durable, count: 3 });
    await bus.drain();

    const next = await reopen();
    expect(await next.read("TURNS", turn, READ)).toEqual([]);
    const again = await next.append("TURNS", turn, 0, { id: `${turn}/0` });
    expect(again.duplicate).toBe(false);
    expect(bodies(await consumeUntil(next, { turn, durable, count: 1 }))).toEqual([0]);
  });
}

function bodies(messages: readonly StreamMessage[]): unknown[] {
  return messages.map(({ body }) => body);
}

async function appendNumbers(bus: Bus, turn: string, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await bus.append("TURNS", turn, number, { id: `${turn}/${number}` });
  }
}

/** A handler for the messages of one test; a shared server holds others too. */
function collect(turn: string, into: StreamMessage[]) {
  return async (message: StreamMessage): Promise<void> => {
    if (message.subject === turn) into.push(message);
  };
}

async function consumeUntil(
  bus: Bus,
  { turn, durable, count }: { turn: string; durable: string; count: number },
): Promise<StreamMessage[]> {
  const seen: StreamMessage[] = [];
  const consumer = await bus.consume("TURNS", collect(turn, seen), { durable, inFlightMax: 5 });
  await eventually(() => seen.length >= count, SOON);
  await consumer.close();
  return seen;
}
