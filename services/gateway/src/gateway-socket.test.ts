import { ERRORS, type PredictRequest } from "@lilux/protocol";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "./config.ts";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import { completes } from "./testing/scripted-turns.ts";
import { openSession, openSocket } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

const route = (request: PredictRequest) => predictionOf(request, [searchFor(request.text)]);

test("a line typed is answered with ranked calls", async () => {
  const { port } = await startForTest({ route });
  const client = await openSession({ port });
  expect(client.start).toMatchObject({ recovered: false, thresholds: { show: 0.6, act: 0.85 } });
  client.send({ type: "keystroke", seq: 1, text: "email" });
  const prediction = await client.next("prediction");
  expect(prediction).toMatchObject({
    seq: 1,
    candidates: [{ call: searchFor("email").call, confidence: 0.9, effect: "read" }],
  });
});

test("Enter stores the turn, says so, and streams it to its end", async () => {
  const gateway = await startForTest({ runTurn: completes });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "submit", turnId: "t1", text: "find email scripts" });
  await client.next("turn-end");
  expect(client.events().map(({ type, offset }) => [offset, type])).toEqual([
    [1, "turn-accepted"],
    [2, "turn-start"],
    [3, "text-delta"],
    [4, "turn-end"],
  ]);
});

test.each<[string, object | string, string]>([
  ["text that is not JSON", "{nope", "malformed_frame"],
  ["JSON that is no object", "[1]", "malformed_frame"],
  ["no type", {}, "unknown_frame_type"],
  ["an unknown type", { type: "poke" }, "unknown_frame_type"],
  ["a type of the wrong type", { type: 3 }, "unknown_frame_type"],
  ["a type that is a method of objects", { type: "toString" }, "unknown_frame_type"],
  ["a missing field", { type: "keystroke", seq: 1 }, "invalid_request"],
  ["a field of the wrong type", { type: "keystroke", seq: "1", text: "" }, "invalid_request"],
  ["an unknown field", { type: "keystroke", seq: 1, text: "", tenant: "x" }, "invalid_request"],
  ["an empty submit", { type: "submit", turnId: "t", text: "" }, "invalid_request"],
  ["a second hello", { type: "hello" }, "hello_repeated"],
  ["an unknown turn", { type: "cancel", turnId: "t" }, "unknown_turn"],
  [
    "an unknown prediction",
    { type: "accept", turnId: "t", predictionId: "p", index: 0 },
    "unknown_prediction",
  ],
  [
    "an unknown turn's confirm",
    { type: "confirm", turnId: "t", callId: "c", approve: true },
    "unknown_turn",
  ],
  ["an unknown turn's rating", { type: "feedback", turnId: "t", rating: "up" }, "unknown_turn"],
])("%s is answered with a typed error, and the connection goes on", async (_name, bad, code) => {
  const { port } = await startForTest({ route });
  const client = await openSession({ port });
  client.send(bad);
  const error = await client.next("error");
  expect(error).toMatchObject({ code, retryable: ERRORS[error.code as "internal"].retryable });
  client.send({ type: "keystroke", seq: 7, text: "still here" });
  expect(await client.next("prediction")).toMatchObject({ seq: 7 });
});

test("an unknown type lists the known ones, and a wrong field is named", async () => {
  const { port } = await startForTest();
  const client = await openSession({ port });
  client.send({ type: "poke" });
  expect((await client.next("error")).message).toContain(
    "hello, keystroke, accept, choose, submit, ask",
  );
  client.send({ type: "submit", turnId: "t9", text: 5 });
  expect(await client.next("error")).toMatchObject({ turnId: "t9", details: { field: "text" } });
});

test("seq that does not rise is refused, and the connection survives", async () => {
  const { port } = await startForTest({ route });
  const client = await openSession({ port });
  client.send({ type: "keystroke", seq: 5, text: "a" });
  await client.next("prediction");
  client.send({ type: "keystroke", seq: 5, text: "ab" });
  expect(await client.next("error")).toMatchObject({ code: "sequence_regressed" });
  client.send({ type: "keystroke", seq: 6, text: "ab" });
  expect(await client.next("prediction")).toMatchObject({ seq: 6 });
});

test("a binary frame is told, then closed as unsupported", async () => {
  const { port } = await startForTest();
  const client = await openSession({ port });
  client.send(Buffer.from([1, 2, 3]));
  expect(await client.next("error")).toMatchObject({ code: "binary_frame" });
  expect(await client.closed).toMatchObject({ code: 1003 });
});

test("a frame above the configured limit is refused by that limit, not by the usual one", async () => {
  const session = { ...DEFAULT_LIMITS.session, frameBytesMax: 512 };
  const { port } = await startForTest({ limits: { session } });
  const client = await openSession({ port });
  client.send({ type: "keystroke", seq: 1, text: "a".repeat(600) });
  const error = await client.next("error");
  expect(error).toMatchObject({ code: "frame_too_large", details: { bytesMax: 512 } });
  expect(error.message).not.toMatch(/KiB/);
});

// Mutant: a frame limit of 16 KiB.
test.each([
  ["Latin letters", JSON.stringify("a".repeat(8_000))],
  ["CJK", JSON.stringify("日".repeat(8_000))],
  ["Devanagari", JSON.stringify("नि".repeat(4_000))],
  ["emoji", JSON.stringify("😀".repeat(4_000))],
  ["CJK as escapes", `"${"\\u65e5".repeat(8_000)}"`],
  ["control characters", JSON.stringify("\u0007".repeat(8_000))],
])("a line of the 8,000 characters that are announced is taken whole: %s", async (_name, json) => {
  const { port } = await startForTest({ route, runTurn: completes });
  const client = await openSession({ port });
  expect(client.start.limits.textCharactersMax).toBe(8_000);
  client.send(`{"type":"keystroke","seq":1,"text":${json}}`);
  await client.next("prediction");
  const turnId = "t".repeat(128);
  const predictionId = "p".repeat(128);
  client.send(
    `{"type":"submit","turnId":"${turnId}","predictionId":"${predictionId}","text":${json}}`,
  );
  await client.next("turn-end");
});

test("a frame above the limit closes as too large, and one below passes", async () => {
  const { port } = await startForTest({ route });
  const client = await openSession({ port });
  client.send({ type: "keystroke", seq: 1, text: "a".repeat(8_000) });
  await client.next("prediction");
  client.send({ type: "keystroke", seq: 2, text: "a".repeat(50 * 1024) });
  expect(await client.next("error")).toMatchObject({ code: "frame_too_large" });
  expect(await client.closed).toMatchObject({ code: 1009 });
  const other = await openSession({ port });
  other.send({ type: "keystroke", seq: 1, text: "a".repeat(100 * 1024) });
  expect(await other.closed).toMatchObject({ code: 1009 });
});

test("text that is not UTF-8 closes the connection", async () => {
  const { port } = await startForTest();
  const client = await openSession({ port });
  client.socket.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false });
  expect(await client.closed).toMatchObject({ code: 1007 });
});

test("the first frame must be hello", async () => {
  const { port } = await startForTest();
  const client = await openSocket({ port });
  client.send({ type: "keystroke", seq: 1, text: "a" });
  expect(await client.next("error")).toMatchObject({ code: "hello_required" });
  expect(await client.closed).toMatchObject({ code: 4400 });
});

test("a connection that says nothing is closed", async () => {
  const { port } = await startForTest({ limits: { helloWithinMs: 50 } });
  const client = await openSocket({ port });
  expect(await client.next("error")).toMatchObject({ code: "hello_timeout" });
  expect(await client.closed).toMatchObject({ code: 4408 });
});
