import { createInProcessBus, subjects } from "@lilux/bus";
import type { SessionEvent } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { createEventStore, type EventStore } from "./event-store.ts";
import { toStored } from "./stored-event.ts";

const tenant = "local";
const sessionId = "s";
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function start(): Promise<{ store: EventStore; events(): Promise<SessionEvent[]> }> {
  const bus = createInProcessBus();
  const ignore = (): void => undefined;
  const hooks = { bus, onStored: ignore, onDelayed: ignore, onFenced: ignore };
  const store = createEventStore(
    { tenant: testTenant(tenant), sessionId, writer: "w", nextIndex: 0 },
    hooks,
  );
  open.push(async () => {
    store.close();
    await bus.drain();
  });
  const read = { messagesMax: 100, deadlineMs: 2_000 };
  return {
    store,
    async events() {
      const messages = await bus.read(
        "EVENTS",
        subjects.event(testTenant(tenant), sessionId),
        read,
      );
      return messages.flatMap(({ body }) => (body as { events: SessionEvent[] }).events);
    },
  };
}

const result = (offset: number, text: string): SessionEvent => ({
  type: "call-end",
  turnId: "t",
  callId: `c${offset}`,
  ok: true,
  result: { text },
  durationMs: 1,
  offset,
});

test("what is read back is what was told, in order, whatever is in it", async () => {
  const { store, events } = await start();
  const told = ["plain", 'a "quote" and \\', "line\u2028separator", "émoji 🦉"].map((text, place) =>
    result(place + 1, text),
  );
  for (const event of told) store.add(toStored(event));
  await store.flush(5_000);
  expect(await events()).toEqual(told);
});

// Mutant: `bytes: json.length` in toStored. A message of the bus is bounded in bytes, and a batch
// measured in characters was tried again for ever.
test("results whose characters take three bytes each are stored, a message's worth at a time", async () => {
  const { store, events } = await start();
  const told = [1, 2, 3, 4].map((offset) => result(offset, "語".repeat(200_000)));
  for (const event of told) store.add(toStored(event));
  await store.flush(5_000);
  expect(store.waiting()).toBe(0);
  expect((await events()).map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
});

test("a result too large to pass on is cut down to its beginning, and says so", () => {
  const { event, json, bytes } = toStored(result(1, "a".repeat(300_000)));
  expect(event).toMatchObject({ result: { truncated: true, characters: 300_011 } });
  expect(json).toBe(JSON.stringify(event));
  expect(bytes).toBeLessThan(4_000);
  const whole = toStored(result(2, "a".repeat(200_000)));
  expect(whole.event).toEqual(result(2, "a".repeat(200_000)));
});
