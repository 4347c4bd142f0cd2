import type { SessionEvent } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createLiluxClient } from "./create-lilux-client.ts";
import { createInbox } from "./inbox.ts";
import type { LiluxClient, LiluxClientOptions, StateChange, TurnLost } from "./lilux-client.ts";
import { type ScriptedGateway, startScriptedGateway } from "./testing/scripted-gateway.ts";

const opened: { close(): void }[] = [];
const servers: ScriptedGateway[] = [];
afterEach(async () => {
  for (const client of opened.splice(0)) client.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(): Promise<ScriptedGateway> {
  const server = await startScriptedGateway();
  servers.push(server);
  return server;
}

function open(server: ScriptedGateway, options: Partial<LiluxClientOptions> = {}): LiluxClient {
  const backoff = { firstMs: 10, maxMs: 50 };
  const client = createLiluxClient({ url: server.url, WebSocket, backoff, ...options });
  opened.push(client);
  return client;
}

const accepted = (turnId: string, offset: number) => ({ type: "turn-accepted", turnId, offset });
const text = (turnId: string, offset: number) => ({
  type: "text-delta",
  turnId,
  offset,
  text: `${offset} `,
});
const ended = (turnId: string, offset: number) => ({
  type: "turn-end",
  turnId,
  outcome: "completed",
  offset,
});
const soon = { withinMs: 20_000 };

async function eventsOf(events: AsyncIterable<SessionEvent>): Promise<SessionEvent[]> {
  const all: SessionEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

// Mutant: `point` not updated in takeEvent asks for everything again.
test("a lost connection is opened again where it stopped, and no event is told twice", async () => {
  const server = await serve();
  const client = open(server);
  const states: string[] = [];
  client.on("state", ({ state }) => states.push(state));
  const first = await server.connection();
  first.start();
  const turn = client.submit("find", { turnId: "t1" });
  await eventually(() => first.frames.length === 1, soon);
  first.send(accepted("t1", 1));
  first.send(text("t1", 2));
  await eventually(() => client.resumePoint()?.offset === 2, soon);
  first.cut();
  const second = await server.connection();
  expect(second.hello).toMatchObject({
    resume: { sessionId: "s1", resumeToken: "r1", offset: 2 },
  });
  second.start({ recovered: true });
  for (const offset of [2, 3]) second.send(text("t1", offset));
  second.send(ended("t1", 4));
  expect((await eventsOf(turn.events)).map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
  expect(states).toEqual(["open", "reconnecting", "open"]);
});

// Mutant: every frame that is no other one taken for an event: the place to resume from was lost with it.
test("thoughts and frames of a newer server are told beside the events, and move nothing", async () => {
  const server = await serve();
  const client = open(server);
  const thoughts: string[] = [];
  client.on("thought", ({ text, tokens }) => thoughts.push(`${text} ${tokens}`));
  const connection = await server.connection();
  connection.start();
  const turn = client.ask("find", { turnId: "t1" });
  await eventually(() => connection.frames.length === 1, soon);
  connection.send(accepted("t1", 1));
  connection.send({ type: "thought-delta", turnId: "t1", text: "hm", tokens: 2 });
  connection.send({ type: "of-a-later-year", turnId: "t1" });
  connection.send(text("t1", 2));
  connection.send(ended("t1", 3));
  expect((await eventsOf(turn.events)).map(({ offset }) => offset)).toEqual([1, 2, 3]);
  expect(thoughts).toEqual(["hm 2"]);
  expect(client.resumePoint()?.offset).toBe(3);
});

// Mutant: leaving out the loop over `openTurns.unaccepted()` in onSessionStart.
test("a line committed while disconnected is sent once connected, and once only when accepted", async () => {
  const server = await serve();
  const client = open(server);
  const early = client.submit("before the first connection", { turnId: "t1" });
  const first = await server.connection();
  first.start();
  await eventually(() => first.frames.length === 1, soon);
  first.cut();
  const second = await server.connection();
  second.start({ recovered: true });
  await eventually(() => second.frames.length === 1, soon);
  expect(second.frames[0]).toMatchObject({ type: "submit", turnId: "t1" });
  // It had arrived the first time: the server knows it, and tells its events.
  second.send({
    type: "error",
    code: "duplicate_turn",
    message: "m",
    retryable: false,
    turnId: "t1",
  });
  second.send(accepted("t1", 1));
  second.send(ended("t1", 2));
  expect(await early.ended).toMatchObject({ outcome: "completed" });
});

// Mutant: leaving out `openTurns.lose()`.
test("a session that could not be recovered reports each un-ended turn as it is", async () => {
  const server = await serve();
  const client = open(server);
  const losses: TurnLost[] = [];
  client.on("turn-lost", (lost) => losses.push(lost));
  const first = await server.connection();
  first.start();
  const running = client.submit("one", { turnId: "t1" });
  const unheard = client.submit("two", { turnId: "t2" });
  await eventually(() => first.frames.length === 2, soon);
  first.send(accepted("t1", 1));
  await eventually(() => client.resumePoint()?.offset === 1, soon);
  first.cut();
  const second = await server.connection();
  second.start({ sessionId: "s2", resumeToken: "r2", recovered: false });
  expect(await running.ended).toMatchObject({
    outcome: "interrupted",
    error: { code: "interrupted", details: { lost: true, accepted: true } },
  });
  expect(await unheard.ended).toMatchObject({ error: { details: { accepted: false } } });
  expect(losses).toEqual([
    { turnId: "t1", accepted: true },
    { turnId: "t2", accepted: false },
  ]);
  second.send(accepted("t3", 1));
  await eventually(() => client.resumePoint()?.offset === 1, soon);
  expect(client.resumePoint()).toEqual({ sessionId: "s2", resumeToken: "r2", offset: 1 });
});

test("a refused turn ends with its error, and a refused confirm ends nothing", async () => {
  const server = await serve();
  const client = open(server);
  const connection = await server.connection();
  connection.start();
  await client.ready();
  const refused = client.submit("one", { turnId: "t1" });
  const error = { type: "error", message: "m", retryable: true };
  connection.send({ ...error, code: "turn_not_stored", turnId: "t1" });
  expect(await refused.ended).toMatchObject({
    outcome: "failed",
    error: { code: "turn_not_stored" },
  });
  const running = client.submit("two", { turnId: "t2" });
  connection.send(accepted("t2", 1));
  connection.send({ ...error, code: "unknown_call", turnId: "t2" });
  connection.send(ended("t2", 2));
  expect(await running.ended).toMatchObject({ outcome: "completed" });
});

test("a confirm given while disconnected is sent once the session is recovered", async () => {
  const server = await serve();
  const client = open(server);
  const first = await server.connection();
  first.start();
  await client.ready();
  first.cut();
  await eventually(() => client.state() === "reconnecting", soon);
  client.confirm("t1", "c1", true);
  const second = await server.connection();
  second.start({ recovered: true });
  await eventually(() => second.frames.length === 1, soon);
  expect(second.frames[0]).toEqual({ type: "confirm", turnId: "t1", callId: "c1", approve: true });
});

test("a hole in the events is filled by connecting again", async () => {
  const server = await serve();
  const client = open(server);
  const first = await server.connection();
  first.start();
  first.send(accepted("t1", 1));
  first.send(text("t1", 3));
  const second = await server.connection();
  expect(second.hello).toMatchObject({ resume: { offset: 1 } });
  expect(client.resumePoint()?.offset).toBe(1);
});

test("of lines typed faster than the limit the newest is sent", async () => {
  const server = await serve();
  const client = open(server);
  const connection = await server.connection();
  connection.start();
  await client.ready();
  const last = Array.from({ length: 100 }, (_, index) => client.type(`line ${index}`)).at(-1);
  await eventually(() => connection.frames.at(-1)?.["seq"] === last, soon);
  expect(connection.frames.length).toBeLessThan(5);
  expect(connection.frames.at(-1)).toEqual({ type: "keystroke", seq: last, text: "line 99" });
});

test("an older prediction never follows a newer one, and Tab commits the newest", async () => {
  const server = await serve();
  const client = open(server);
  const connection = await server.connection();
  connection.start();
  const frame = { type: "prediction", context: "cold", candidates: [], routeMs: 1 };
  connection.send({ ...frame, seq: 2, predictionId: "p2" });
  connection.send({ ...frame, seq: 1, predictionId: "p1" });
  connection.send(accepted("t0", 1));
  await eventually(() => client.resumePoint()?.offset === 1, soon);
  expect(client.prediction()?.predictionId).toBe("p2");
  client.accept(0, { turnId: "t1" });
  await eventually(() => connection.frames.length === 1, soon);
  expect(connection.frames[0]).toEqual({
    type: "accept",
    turnId: "t1",
    predictionId: "p2",
    index: 0,
  });
});

test.each([
  [4401, "unauthenticated"],
  [4409, "session_replaced"],
  [4406, "unsupported_protocol"],
])("a close with %d is final, and says %s", async (code, error) => {
  const server = await serve();
  const client = open(server);
  const closed = Promise.withResolvers<StateChange>();
  client.on("state", (change) => {
    if (change.state === "closed") closed.resolve(change);
  });
  const connection = await server.connection();
  connection.close(code);
  expect(await closed.promise).toMatchObject({ error: { code: error } });
  await expect(client.ready()).rejects.toMatchObject({ code: error });
});

// Mutant: `tenant_suspended` not among the final codes; such a client would knock every ten seconds.
test("a suspended tenant is told so, and knocks no more", async () => {
  const server = await serve();
  const client = open(server);
  const connection = await server.connection();
  connection.send({ type: "error", code: "tenant_suspended", message: "m", retryable: false });
  connection.close(4403);
  await expect(client.ready()).rejects.toMatchObject({ code: "tenant_suspended" });
  expect(client.state()).toBe("closed");
});

// Mutant: `entry.sent > 1` left out: the turn would wait for events that never come.
test("an id that was used before fails its turn, and one that is open is refused at once", async () => {
  const server = await serve();
  const client = open(server);
  const connection = await server.connection();
  connection.start();
  await client.ready();
  const turn = client.submit("one", { turnId: "t1" });
  expect(() => client.submit("another", { turnId: "t1" })).toThrow(
    expect.objectContaining({ code: "duplicate_turn" }),
  );
  const used = { type: "error", code: "duplicate_turn", message: "m", retryable: false };
  connection.send({ ...used, turnId: "t1" });
  expect(await turn.ended).toMatchObject({ outcome: "failed", error: { code: "duplicate_turn" } });
});

test("turns without an end are bounded", async () => {
  const server = await serve();
  const client = open(server);
  for (let turn = 0; turn < 256; turn += 1) client.submit("while disconnected");
  expect(() => client.submit("one more")).toThrow(expect.objectContaining({ code: "overloaded" }));
});

// Mutant: `dropOldest` instead of `refuse`, a hole that nobody mentions.
test("a reader far behind is told so, and gets no hole", async () => {
  const inbox = createInbox<number>(2);
  for (const value of [1, 2, 3, 4]) inbox.push(value);
  inbox.end(9);
  const seen: number[] = [];
  const reading = (async () => {
    for await (const value of inbox) seen.push(value);
  })();
  await expect(reading).rejects.toMatchObject({ code: "slow_reader" });
  expect(seen).toEqual([1, 2]);
});

test("a server that talks nonsense is connected again", async () => {
  const server = await serve();
  const client = open(server);
  const connection = await server.connection();
  connection.say("no json");
  (await server.connection()).start();
  await client.ready();
});

test("a server that restarts, or is not there yet, is tried again", async () => {
  const server = await serve();
  const client = open(server);
  (await server.connection()).close(1012);
  (await server.connection()).cut();
  (await server.connection()).start();
  await client.ready();
  expect(client.state()).toBe("open");
});

test("a server that does not answer is given up and connected again", async () => {
  const server = await serve();
  open(server, { answerWithinMs: 50 });
  await server.connection();
  await server.connection();
});

test("a line too large for a frame is refused here, and the connection goes on", async () => {
  const server = await serve();
  const client = open(server);
  const connection = await server.connection();
  connection.start();
  await client.ready();
  const turn = client.submit("界".repeat(8_000));
  expect(await turn.ended).toMatchObject({ outcome: "failed", error: { code: "frame_too_large" } });
  client.type("ok");
  await eventually(() => connection.frames.length === 1, soon);
});

test("a key is exchanged for a new ticket before each connection", async () => {
  const server = await serve();
  const tickets: string[] = [];
  const fetch = async (address: unknown, init?: RequestInit) => {
    expect(String(address)).toBe(`${server.url}/v1/tickets`);
    expect(new Headers(init?.headers).get("authorization")).toBe("Bearer key-1");
    tickets.push(`ticket-${tickets.length}`);
    return Response.json({ ticket: tickets.at(-1), expiresInMs: 30_000 }, { status: 201 });
  };
  open(server, { apiKey: "key-1", fetch: fetch as typeof globalThis.fetch });
  (await server.connection()).cut();
  await server.connection();
  expect(tickets).toHaveLength(2);
});

test("a session of before goes on from a point that was kept", async () => {
  const server = await serve();
  const resume = { sessionId: "s0", resumeToken: "r0", offset: 7 };
  open(server, { resume });
  expect((await server.connection()).hello).toMatchObject({ resume });
});
