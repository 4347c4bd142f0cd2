import { type Bus, createInProcessBus, subjects } from "@lilux/bus";
import { LiluxError, type SessionEvent } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { killable } from "./testing/doomed-bus.ts";
import { steppedTurns } from "./testing/scripted-turns.ts";
import { openSession, type SocketClient } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

type Opened = Awaited<ReturnType<typeof openSession>>;

function pointOf({ start: { sessionId, resumeToken } }: Opened, offset: number): object {
  return { sessionId, resumeToken, offset };
}

const offsets = (events: readonly SessionEvent[]): number[] => events.map(({ offset }) => offset);

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Cuts the connection as a lost network does. */
async function cut(client: SocketClient): Promise<void> {
  client.socket.terminate();
  await client.closed;
}

// Mutant: `from - first` for `from + 1 - first` in `between` of the event ring.
test("a dropped socket gets every missed event once, in order, and then live ones", async () => {
  const turns = steppedTurns();
  const { port } = await startForTest({ runTurn: turns.runTurn, limits: { textCoalesceMs: 0 } });
  const first = await openSession({ port });
  first.send({ type: "ask", turnId: "t1", text: "go" });
  await first.next("turn-accepted");
  turns.emit({ type: "turn-start", path: "slow" });
  await first.next("turn-start");
  await cut(first);
  for (const step of range(1, 20)) {
    turns.emit({ type: "plan-update", steps: [{ title: `${step}`, state: "running" }] });
  }
  const second = await openSession({ port, resume: pointOf(first, 2) });
  expect(second.start).toMatchObject({ recovered: true, sessionId: first.start.sessionId });
  turns.emit({ type: "turn-end", outcome: "completed" });
  await second.next("turn-end");
  expect(offsets(second.events())).toEqual(range(3, 23));
});

// Mutant: dropping the read of EVENTS in `missedBelowMemory` (answering [] there).
test("what memory holds no more comes from what is stored", async () => {
  const turns = steppedTurns();
  const { port } = await startForTest({ runTurn: turns.runTurn });
  const first = await openSession({ port });
  first.send({ type: "ask", turnId: "t1", text: "go" });
  await first.next("turn-accepted");
  const title = "x".repeat(1_000);
  for (const step of range(1, 2_500)) {
    turns.emit({ type: "plan-update", steps: [{ title: `${step} ${title}`, state: "done" }] });
  }
  turns.emit({ type: "turn-end", outcome: "completed" });
  await first.next("turn-end");
  await cut(first);
  const second = await openSession({ port, resume: pointOf(first, 1) });
  expect(second.start.recovered).toBe(true);
  await second.next("turn-end");
  expect(offsets(second.events())).toEqual(range(2, 2_502));
});

test.each<[string, (first: Opened) => object]>([
  ["another session's token", (first) => ({ ...pointOf(first, 0), resumeToken: "forged" })],
  ["an unknown session", (first) => ({ ...pointOf(first, 0), sessionId: "s_unknown" })],
  ["an offset that was never reached", (first) => pointOf(first, 99)],
])("%s gets a fresh session, never a part of one", async (_name, claimOf) => {
  const { port } = await startForTest();
  const first = await openSession({ port });
  const second = await openSession({ port, resume: claimOf(first) });
  expect(second.start.recovered).toBe(false);
  expect(second.start.sessionId).not.toBe(first.start.sessionId);
});

test("a second connection takes the session from the first", async () => {
  const { port } = await startForTest();
  const first = await openSession({ port });
  const second = await openSession({ port, resume: pointOf(first, 0) });
  expect(second.start.recovered).toBe(true);
  expect(await first.closed).toMatchObject({ code: 4409, reason: "session_replaced" });
  expect(second.socket.readyState).toBe(second.socket.OPEN);
});

test("a session is forgotten after its window, and its turns' events are still recovered", async () => {
  const turns = steppedTurns();
  let now = Date.now();
  const gateway = await startForTest({ runTurn: turns.runTurn, clock: { unix: () => now } });
  const first = await openSession({ port: gateway.port });
  first.send({ type: "ask", turnId: "t1", text: "go" });
  await first.next("turn-accepted");
  turns.emit({ type: "turn-end", outcome: "completed" });
  await first.next("turn-end");
  await cut(first);
  await eventually(async () => (await gateway.metric("sockets_open")) === 0, {
    withinMs: 20_000,
  });
  now += 61_000;
  await eventually(async () => (await gateway.metric("sessions_held")) === 0, {
    withinMs: 20_000,
  });
  const second = await openSession({ port: gateway.port, resume: pointOf(first, 1) });
  expect(second.start.recovered).toBe(true);
  expect(await second.next("turn-end")).toMatchObject({ offset: 2, outcome: "completed" });
});

// Mutant: leaving out `askToLetGo` in `recover`.
test("another gateway takes a session over, and the first lets go of it", async () => {
  const bus = createInProcessBus();
  const turns = steppedTurns();
  const one = await startForTest({ bus, runTurn: turns.runTurn });
  const two = await startForTest({ bus, runTurn: turns.runTurn });
  const first = await openSession({ port: one.port });
  first.send({ type: "ask", turnId: "t1", text: "go" });
  await first.next("turn-accepted");
  turns.emit({ type: "turn-end", outcome: "completed" });
  await first.next("turn-end");
  const second = await openSession({ port: two.port, resume: pointOf(first, 1) });
  expect(second.start.recovered).toBe(true);
  expect(await second.next("turn-end")).toMatchObject({ offset: 2 });
  expect(await first.closed).toMatchObject({ code: 4409 });
  second.send({ type: "ask", turnId: "t2", text: "more" });
  expect(await second.next("turn-accepted")).toMatchObject({ turnId: "t2", offset: 3 });
});

// Mutant: leaving out the loop over `plan.unended` in `recover`.
test("after a gateway was killed another ends its begun turns as interrupted", async () => {
  const bus = createInProcessBus();
  const doomed = killable(bus);
  const turns = steppedTurns();
  const one = await startForTest({ bus: doomed.bus, runTurn: turns.runTurn });
  const two = await startForTest({ bus, runTurn: turns.runTurn });
  const first = await openSession({ port: one.port });
  first.send({ type: "ask", turnId: "t1", text: "go" });
  await first.next("turn-accepted");
  turns.emit({ type: "turn-start", path: "slow" });
  const call = { name: "search", arguments: { item_type: "script", query: "a" } } as const;
  turns.emit({ type: "call-start", callId: "c1", call });
  await first.next("call-start");
  doomed.kill();
  await cut(first);
  const second = await openSession({ port: two.port, resume: pointOf(first, 1) });
  expect(second.start.recovered).toBe(true);
  expect(await second.next("turn-end")).toMatchObject({
    turnId: "t1",
    offset: 4,
    outcome: "interrupted",
    error: { details: { calls: [{ callId: "c1", state: "started" }] } },
  });
  expect(offsets(second.events())).toEqual([2, 3, 4]);
  second.send({ type: "ask", turnId: "t1", text: "go" });
  expect(await second.next("error")).toMatchObject({ code: "duplicate_turn" });
});

// Mutant: `mayStart: false` in `unendedTurn`.
test("a turn of which only the acceptance is known is run by whoever takes over", async () => {
  const bus = createInProcessBus();
  const doomed = killable(bus);
  const turns = steppedTurns();
  const one = await startForTest({ bus: doomed.bus, runTurn: turns.runTurn });
  const two = await startForTest({ bus, runTurn: turns.runTurn });
  const first = await openSession({ port: one.port });
  first.send({ type: "ask", turnId: "t1", text: "go" });
  await first.next("turn-accepted");
  doomed.kill();
  await cut(first);
  const second = await openSession({ port: two.port, resume: pointOf(first, 1) });
  await eventually(() => turns.runs() === 2, { withinMs: 20_000 });
  turns.emit({ type: "turn-end", outcome: "completed" });
  expect(await second.next("turn-end")).toMatchObject({ turnId: "t1", outcome: "completed" });
});

// Mutant: ignoring `duplicate` in `storeBatch`.
test("a gateway that wakes after its session was taken over lets go of it", async () => {
  const bus = createInProcessBus();
  const turns = steppedTurns();
  let isFrozen = false;
  const deaf: Bus = {
    ...bus,
    respond: (subject, handler, options) =>
      bus.respond(
        subject,
        async (message) => {
          if (isFrozen) throw new LiluxError("bus_unavailable");
          return handler(message);
        },
        options,
      ),
  };
  const one = await startForTest({ bus: deaf, runTurn: turns.runTurn });
  const two = await startForTest({ bus, runTurn: turns.runTurn });
  const first = await openSession({ port: one.port });
  first.send({ type: "ask", turnId: "t1", text: "go" });
  await first.next("turn-accepted");
  turns.emit({ type: "turn-start", path: "slow" });
  await first.next("turn-start");
  await eventually(
    async () => {
      const { sessionId } = first.start;
      const stored = await bus.read("EVENTS", subjects.event(testTenant("local"), sessionId), {
        messagesMax: 10,
        deadlineMs: 500,
      });
      return stored.length === 2;
    },
    { withinMs: 20_000 },
  );
  isFrozen = true;
  const second = await openSession({ port: two.port, resume: pointOf(first, 2) });
  expect(await second.next("turn-end")).toMatchObject({ outcome: "interrupted", offset: 3 });
  turns.emit({ type: "turn-end", outcome: "completed" });
  expect(await first.closed).toMatchObject({ code: 4409 });
  expect(first.events().filter(({ type }) => type === "turn-end")).toEqual([]);
});

test("events go out although storing them fails, and are stored when it works again", async () => {
  const bus = createInProcessBus();
  let isDown = false;
  const flaky: Bus = {
    ...bus,
    async append(stream, ...rest) {
      if (stream === "EVENTS" && isDown) throw new LiluxError("bus_unavailable");
      return bus.append(stream, ...rest);
    },
  };
  const turns = steppedTurns();
  const { port } = await startForTest({ bus: flaky, runTurn: turns.runTurn });
  const client = await openSession({ port });
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  isDown = true;
  turns.emit({ type: "turn-start", path: "slow" });
  turns.emit({ type: "turn-end", outcome: "completed" });
  await client.next("turn-end");
  isDown = false;
  const read = () =>
    bus.read("EVENTS", subjects.event(testTenant("local"), client.start.sessionId), {
      messagesMax: 10,
      deadlineMs: 500,
    });
  await eventually(
    async () => {
      const events = (await read()).flatMap(({ body }) => (body as { events: object[] }).events);
      return events.length === 3;
    },
    { withinMs: 20_000 },
  );
});
