import { type Bus, createInProcessBus, subjects } from "@lilux/bus";
import type { Interaction, TurnRecord } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { killable } from "./testing/doomed-bus.ts";
import { steppedTurns } from "./testing/scripted-turns.ts";
import { openSession } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";
import type { TestGateway, TestGatewayOptions } from "./testing/start-gateway.ts";

const LIMITS = { turnBeatMs: 50, orphanedAfterMs: 400 };
const SOON = { withinMs: 20_000 };
const CALL = { name: "search", arguments: { item_type: "script", query: "a" } } as const;

async function start(options: TestGatewayOptions): Promise<TestGateway> {
  return startForTest({ ...options, limits: { ...LIMITS, ...options.limits } });
}

async function journalled(bus: Bus): Promise<Interaction[]> {
  const read = { messagesMax: 100, deadlineMs: 1_000 };
  const stored = await bus.read("INTERACTIONS", subjects.interaction(testTenant("local")), read);
  return stored.map(({ body }) => body as Interaction);
}

/** A session whose gateway is killed; the other gateway lives on. */
async function startTwo() {
  const bus = createInProcessBus();
  const doomed = killable(bus);
  const turns = steppedTurns();
  const one = await start({ bus: doomed.bus, runTurn: turns.runTurn });
  const two = await start({ bus, runTurn: turns.runTurn });
  const client = await openSession({ port: one.port });
  return { bus, doomed, turns, one, two, client };
}

const pointOf = (start: { sessionId: string; resumeToken: string }, offset: number) => ({
  ...start,
  offset,
});

// Mutant: the sweeper left out of the gateway's parts.
test("a begun turn whose client never returns is ended and journalled by a gateway that lives", async () => {
  const { bus, doomed, turns, two, client } = await startTwo();
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  turns.emit({ type: "turn-start", path: "slow" });
  turns.emit({ type: "call-start", callId: "c1", call: CALL });
  await client.next("call-start");
  doomed.kill();
  client.socket.terminate();
  const [interaction] = await eventually(async () => {
    const all = await journalled(bus);
    expect(all).toHaveLength(1);
    return all;
  }, SOON);
  expect(interaction).toMatchObject({
    type: "turn",
    turnId: "t1",
    outcome: "interrupted",
    calls: [{ callId: "c1" }],
  });
  expect(await two.metric("turns_swept_total")).toBe(1);
  const { sessionId, resumeToken } = client.start;
  const back = await openSession({
    port: two.port,
    resume: pointOf({ sessionId, resumeToken }, 3),
  });
  expect(back.start.recovered).toBe(true);
  expect(await back.next("turn-end")).toMatchObject({ outcome: "interrupted", offset: 4 });
});

// Mutant: `decideOver` left out of `settleOrphan`.
test("a swept turn that never began is not run for the client who returns, who is told its end", async () => {
  const { bus, doomed, turns, two, client } = await startTwo();
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  doomed.kill();
  client.socket.terminate();
  await eventually(async () => expect(await journalled(bus)).toHaveLength(1), SOON);
  const { sessionId, resumeToken } = client.start;
  const resume = pointOf({ sessionId, resumeToken }, 1);
  const back = await openSession({ port: two.port, resume });
  expect(await back.next("turn-end")).toMatchObject({ outcome: "interrupted", offset: 2 });
  expect(turns.runs()).toBe(1);
  expect(await journalled(bus)).toHaveLength(1);
});

test("a turn that was stored and never acknowledged is swept; sent again, it is told its end and not run", async () => {
  const bus = createInProcessBus();
  const turns = steppedTurns();
  const gateway = await start({ bus, runTurn: turns.runTurn });
  const client = await openSession({ port: gateway.port });
  const { sessionId } = client.start;
  const record: TurnRecord = {
    tenant: testTenant("local"),
    sessionId,
    turnId: "t1",
    kind: "ask",
    text: "go",
    acceptedAt: Date.now(),
  };
  const subject = subjects.turn(testTenant("local"), sessionId);
  await bus.append("TURNS", subject, record, { id: `${sessionId}:t1` });
  await eventually(async () => expect(await journalled(bus)).toHaveLength(1), SOON);
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  expect(await client.next("turn-end")).toMatchObject({ outcome: "interrupted" });
  expect(turns.runs()).toBe(0);
});

// Mutants: `atOnce` of IN_FLIGHT_MAX; `isIdKnown` that is always false. A bus that had been frozen for 50 s
// gave back a hundred turns at once, and reading for all of them kept it from storing anything more.
test("a hundred orphans at once are settled a few at a time, without a look at all that was ever journalled", async () => {
  const kept = createInProcessBus();
  // None is answered before all of them could have been asked.
  const answered = Promise.withResolvers<void>();
  let reading = 0;
  let mostReading = 0;
  let journalReads = 0;
  const bus: Bus = {
    ...kept,
    async read(stream, ...rest) {
      if (stream === "INTERACTIONS") journalReads += 1;
      reading += 1;
      mostReading = Math.max(mostReading, reading);
      await answered.promise;
      return kept.read(stream, ...rest).finally(() => {
        reading -= 1;
      });
    },
  };
  const gateway = await start({ bus });
  const turnIds = Array.from({ length: 100 }, (_, index) => `t${index}`);
  for (const turnId of turnIds) {
    const sessionId = `s_${turnId}`;
    const record = {
      tenant: testTenant("local"),
      sessionId,
      turnId,
      kind: "ask",
      text: "go",
    } as const;
    const id = `${sessionId}:${turnId}`;
    const stored: TurnRecord = { ...record, acceptedAt: Date.now() };
    await bus.append("TURNS", subjects.turn(testTenant("local"), sessionId), stored, { id });
  }
  const allAreQuiet = Date.now() + 3 * LIMITS.orphanedAfterMs;
  await eventually(() => Date.now() > allAreQuiet && reading > 0, SOON);
  expect(mostReading).toBeLessThanOrEqual(4);
  answered.resolve();
  await eventually(async () => expect(await gateway.metric("turns_swept_total")).toBe(100), SOON);
  expect(await journalled(kept)).toHaveLength(100);
  expect(journalReads).toBe(0);
});

// Mutant: the beat of `createTurnNews` left out.
test("a turn that a living gateway runs is left alone, however long it takes", async () => {
  const { bus, turns, one, two, client } = await startTwo();
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  turns.emit({ type: "turn-start", path: "slow" });
  const until = Date.now() + 3 * LIMITS.orphanedAfterMs;
  await eventually(() => Date.now() > until, SOON);
  expect(await journalled(bus)).toEqual([]);
  turns.emit({ type: "turn-end", outcome: "completed" });
  await client.next("turn-end");
  await eventually(async () => expect(await journalled(bus)).toHaveLength(1), SOON);
  expect(await journalled(bus)).toMatchObject([{ outcome: "completed" }]);
  const swept = [await one.metric("turns_swept_total"), await two.metric("turns_swept_total")];
  expect(swept).toEqual([0, 0]);
});

// Mutant: `news.tell(…, "ended")` before the interaction is stored.
test("a turn that ended and whose gateway died before journalling it is journalled as it ended", async () => {
  const bus = createInProcessBus();
  let isStuck = true;
  const stuck: Bus = {
    ...bus,
    append: (stream, ...rest) =>
      stream === "INTERACTIONS" && isStuck
        ? new Promise(() => undefined)
        : bus.append(stream, ...rest),
  };
  const doomed = killable(stuck);
  const turns = steppedTurns();
  const one = await start({ bus: doomed.bus, runTurn: turns.runTurn });
  await start({ bus, runTurn: turns.runTurn });
  const client = await openSession({ port: one.port });
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  turns.emit({ type: "text-delta", text: "done" });
  turns.emit({ type: "turn-end", outcome: "completed" });
  await client.next("turn-end");
  doomed.kill();
  isStuck = false;
  await eventually(async () => expect(await journalled(bus)).toHaveLength(1), SOON);
  expect(await journalled(bus)).toMatchObject([{ outcome: "completed", response: "done" }]);
});
