import { type Bus, createInProcessBus, subjects } from "@lilux/bus";
import { digestCall } from "@lilux/core/calls";
import { LiluxError, type TurnEvent, type TurnRequest } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import { completes, steppedTurns } from "./testing/scripted-turns.ts";
import { openSession } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";
import type { TestGatewayOptions } from "./testing/start-gateway.ts";

const READ = { messagesMax: 100, deadlineMs: 1_000 };
const lost = (): LiluxError => new LiluxError("orchestrator_unavailable");

// Mutant: moving `session.log.append({ type: "turn-accepted" … })` above `storeTurn` in acceptTurn.
test("a turn is accepted only once it is stored", async () => {
  const bus = createInProcessBus();
  const stored = Promise.withResolvers<void>();
  const slow: Bus = {
    ...bus,
    async append(stream, ...rest) {
      if (stream === "TURNS") await stored.promise;
      return bus.append(stream, ...rest);
    },
  };
  const { port } = await startForTest({ bus: slow, runTurn: completes, route: predict });
  const client = await openSession({ port });
  client.send({ type: "submit", turnId: "t1", text: "find" });
  // A frame sent after it is answered first, so it had every chance to be accepted.
  client.send({ type: "keystroke", seq: 1, text: "x" });
  await client.next("prediction");
  expect(client.events()).toEqual([]);
  stored.resolve();
  await client.next("turn-accepted");
  const { sessionId } = client.start;
  const turns = await bus.read("TURNS", subjects.turn(testTenant("local"), sessionId), READ);
  expect(turns.map(({ body }) => body)).toMatchObject([{ turnId: "t1", text: "find" }]);
});

// Mutant: swallowing the error of `storeTurn` instead of throwing `turn_not_stored`.
test("a turn that cannot be stored is refused and does not run, and may be sent again", async () => {
  const bus = createInProcessBus();
  let isDown = true;
  const failing: Bus = {
    ...bus,
    async append(stream, ...rest) {
      if (stream === "TURNS" && isDown) throw new LiluxError("bus_unavailable");
      return bus.append(stream, ...rest);
    },
  };
  const turns = steppedTurns();
  const limits = { storeTurnWithinMs: 100 };
  const { port } = await startForTest({ bus: failing, runTurn: turns.runTurn, limits });
  const client = await openSession({ port });
  client.send({ type: "submit", turnId: "t1", text: "find" });
  expect(await client.next("error")).toMatchObject({ code: "turn_not_stored", turnId: "t1" });
  expect(turns.runs()).toBe(0);
  isDown = false;
  client.send({ type: "submit", turnId: "t1", text: "find" });
  await client.next("turn-accepted");
});

// Mutant: `storage_full` told as `turn_not_stored`, which asks to send it again at once.
test("a tenant whose turns have no room is told so, and nothing of its runs", async () => {
  const maxBytes = 32 * 1024;
  const bus = createInProcessBus({ limits: { TURNS: { maxBytes } } });
  for (let number = 0; number < 20; number += 1) {
    const subject = subjects.turn(testTenant("local"), "earlier");
    await bus
      .append("TURNS", subject, "x".repeat(2_000), { id: `${number}` })
      .catch(() => undefined);
  }
  const turns = steppedTurns();
  const { port } = await startForTest({ bus, runTurn: turns.runTurn });
  const client = await openSession({ port });
  client.send({ type: "submit", turnId: "t1", text: "y".repeat(2_000) });
  const told = { code: "storage_full", retryable: false, turnId: "t1" };
  expect(await client.next("error")).toMatchObject(told);
  expect(turns.runs()).toBe(0);
});

test("a turn id is taken once", async () => {
  const turns = steppedTurns();
  const { port } = await startForTest({ runTurn: turns.runTurn });
  const client = await openSession({ port });
  client.send({ type: "submit", turnId: "t1", text: "find" });
  client.send({ type: "submit", turnId: "t1", text: "find" });
  expect(await client.next("error")).toMatchObject({ code: "duplicate_turn", turnId: "t1" });
  turns.emit({ type: "turn-end", outcome: "completed" });
  await client.next("turn-end");
  client.send({ type: "ask", turnId: "t1", text: "find" });
  expect(await client.next("error")).toMatchObject({ code: "duplicate_turn" });
  expect(turns.runs()).toBe(1);
});

test("no more turns run at once than the limit", async () => {
  const turns = steppedTurns();
  const { port } = await startForTest({ runTurn: turns.runTurn });
  const client = await openSession({ port });
  for (const turnId of ["a", "b", "c", "d", "e"]) client.send({ type: "ask", turnId, text: "go" });
  expect(await client.next("error")).toMatchObject({ code: "rate_limited", turnId: "e" });
  await eventually(() => turns.runs() === 4, { withinMs: 20_000 });
});

test("Tab commits the shown candidate, with its prediction and what was read ahead", async () => {
  const requests: TurnRequest[] = [];
  const gateway = await startForTest({
    route: predict,
    runTurn: (request, options) => {
      requests.push(request);
      return completes(request, options);
    },
    kiwi: {
      search: async ({ arguments: { query } }) => ({
        query,
        source: "local",
        results: [],
        total: 0,
      }),
    },
  });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "email" });
  await client.next("prediction");
  client.send({ type: "keystroke", seq: 2, text: "email" });
  const ready = await client.next("prediction", ({ candidates }) => candidates[0]?.ready === true);
  expect(ready.seq).toBe(2);
  client.send({ type: "accept", turnId: "t1", predictionId: ready.predictionId, index: 0 });
  await client.next("turn-end");
  const { call } = searchFor("email");
  expect(requests).toMatchObject([
    {
      turn: { kind: "accept", text: "email", chosen: { call } },
      prediction: { predictionId: ready.predictionId },
      speculated: { [digestCall(call)]: { query: "email" } },
    },
  ]);
  client.send({ type: "accept", turnId: "t2", predictionId: ready.predictionId, index: 5 });
  expect(await client.next("error")).toMatchObject({ turnId: "t2", details: { field: "index" } });
});

// Mutant: `inputFor` makes a submit of it.
test("what a person chose or filled in is committed as it stands, whatever was predicted", async () => {
  const requests: TurnRequest[] = [];
  const gateway = await startForTest({
    runTurn(request, options) {
      requests.push(request);
      return completes(request, options);
    },
  });
  const client = await openSession({ port: gateway.port });
  const call = {
    name: "execute",
    arguments: { item_type: "script", item_id: "tides", action: "run", parameters: { day: "2" } },
  };
  client.send({ type: "choose", turnId: "t1", text: "run tides", call });
  await client.next("turn-end");
  expect(requests).toMatchObject([
    { turn: { kind: "accept", text: "run tides", chosen: { call } } },
  ]);
  client.send({ type: "choose", turnId: "t2", text: "x", call: { ...call, name: "drop" } });
  expect(await client.next("error")).toMatchObject({ code: "invalid_request" });
});

test("a confirm reaches the turn that asked, and no other call is known", async () => {
  const runTurn: RunTurn = async function* ({ turn }, { commands }): AsyncGenerator<TurnEvent> {
    const { turnId } = turn;
    const target = { item_type: "script", item_id: "a", action: "delete" } as const;
    const asked = { type: "confirm-request", turnId, callId: "c1", effect: "destructive" } as const;
    yield { ...asked, call: { name: "execute", arguments: target }, reason: "it deletes" };
    for await (const command of commands) {
      yield { type: "text-delta", turnId, text: JSON.stringify(command) };
      break;
    }
    yield { type: "turn-end", turnId, outcome: "completed" };
  };
  const { port } = await startForTest({ runTurn });
  const client = await openSession({ port });
  client.send({ type: "submit", turnId: "t1", text: "delete a" });
  await client.next("confirm-request");
  client.send({ type: "confirm", turnId: "t1", callId: "c2", approve: true });
  expect(await client.next("error")).toMatchObject({ code: "unknown_call", turnId: "t1" });
  client.send({ type: "confirm", turnId: "t1", callId: "c1", approve: false });
  expect((await client.next("text-delta")).text).toContain('"approve":false');
});

// Mutant: `mayRunAgain` answering false always.
test("an orchestrator lost before anything was done is asked again, and nothing is told twice", async () => {
  const turns = steppedTurns();
  const { port } = await startForTest({ runTurn: turns.runTurn });
  const client = await openSession({ port });
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  turns.emit({ type: "turn-start", path: "slow" });
  await client.next("turn-start");
  turns.fail(lost());
  await eventually(() => turns.runs() === 2, { withinMs: 20_000 });
  turns.emit({ type: "turn-start", path: "slow" });
  turns.emit({ type: "text-delta", text: "hello" });
  turns.emit({ type: "turn-end", outcome: "completed" });
  await client.next("turn-end");
  expect(client.events().map(({ type }) => type)).toEqual([
    "turn-accepted",
    "turn-start",
    "text-delta",
    "turn-end",
  ]);
});

// Mutant: `mayRunAgain` answering true always.
test("an orchestrator lost after a call that acts ends the turn as interrupted, with what had run", async () => {
  const turns = steppedTurns();
  const { port } = await startForTest({ runTurn: turns.runTurn });
  const client = await openSession({ port });
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  turns.emit({ type: "turn-start", path: "slow" });
  const call = {
    name: "execute",
    arguments: { item_type: "script", item_id: "a", action: "run" },
  } as const;
  turns.emit({ type: "call-start", callId: "c1", call });
  await client.next("call-start");
  turns.fail(lost());
  expect(await client.next("turn-end")).toMatchObject({
    outcome: "interrupted",
    error: { code: "interrupted", details: { calls: [{ callId: "c1", state: "started" }] } },
  });
  expect(turns.runs()).toBe(1);
});

test("a turn whose orchestrator never comes back fails after the bound", async () => {
  const limits = { runAgainWithinMs: 150 };
  const runTurn: RunTurn = () => {
    throw lost();
  };
  const { port } = await startForTest({ runTurn, limits });
  const client = await openSession({ port });
  client.send({ type: "ask", turnId: "t1", text: "go" });
  expect(await client.next("turn-end")).toMatchObject({
    outcome: "failed",
    error: { code: "orchestrator_unavailable", retryable: true },
  });
});

test("a cancelled turn ends even when its orchestrator does not react", async () => {
  const turns = steppedTurns();
  const { port } = await startForTest({ runTurn: turns.runTurn, limits: { cancelWithinMs: 50 } });
  const client = await openSession({ port });
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  client.send({ type: "cancel", turnId: "t1" });
  expect(await client.next("turn-end")).toMatchObject({ outcome: "cancelled" });
});

test("a finished turn and its rating are journalled", async () => {
  const gateway = await startForTest({ runTurn: completes });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "submit", turnId: "t1", text: "find" });
  await client.next("turn-end");
  client.send({ type: "feedback", turnId: "t1", rating: "up" });
  const read = () =>
    gateway.bus.read("INTERACTIONS", subjects.interaction(testTenant("local")), READ);
  await eventually(async () => (await read()).length === 2, { withinMs: 20_000 });
  expect((await read()).map(({ body }) => body)).toMatchObject([
    { type: "turn", turnId: "t1", text: "find", response: "done", outcome: "completed" },
    { type: "feedback", turnId: "t1", rating: "up" },
  ]);
});

test("text in quick succession is put together without loss or reordering", async () => {
  const words = Array.from({ length: 200 }, (_, index) => `${index} `);
  const runTurn: RunTurn = async function* ({ turn }): AsyncGenerator<TurnEvent> {
    const { turnId } = turn;
    for (const text of words) yield { type: "text-delta", turnId, text };
    yield { type: "turn-end", turnId, outcome: "completed" };
  };
  const { port } = await startForTest({ runTurn });
  const client = await openSession({ port });
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-end");
  const texts = client.events().flatMap((event) => (event.type === "text-delta" ? event.text : []));
  expect(texts.join("")).toBe(words.join(""));
  expect(texts.length).toBeLessThan(20);
});

// Mutant: `turn.interrupt` left out of `drainConnections`.
test("a restart lets turns end, and at the deadline ends them as interrupted", async () => {
  const turns = steppedTurns();
  const gateway = await startForTest({ runTurn: turns.runTurn });
  const busy = await openSession({ port: gateway.port });
  const idle = await openSession({ port: gateway.port });
  busy.send({ type: "ask", turnId: "t1", text: "go" });
  await busy.next("turn-accepted");
  const stopping = gateway.service.stop(1_200);
  expect(await idle.closed).toMatchObject({ code: 1012 });
  expect(gateway.service.unready()).toEqual(["service is draining"]);
  expect(await busy.next("error")).toMatchObject({ code: "shutting_down" });
  busy.send({ type: "ask", turnId: "t2", text: "more" });
  expect(await busy.next("error")).toMatchObject({ code: "shutting_down", turnId: "t2" });
  expect(await busy.next("turn-end")).toMatchObject({ turnId: "t1", outcome: "interrupted" });
  expect(await busy.closed).toMatchObject({ code: 1012 });
  await stopping;
});

function predict(request: Parameters<NonNullable<TestGatewayOptions["route"]>>[0]) {
  return predictionOf(request, [searchFor(request.text)]);
}
