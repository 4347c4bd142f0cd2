import { subjects } from "@lilux/bus";
import {
  type Candidate,
  LiluxError,
  type Prediction,
  type PredictRequest,
  type SearchHit,
  type TurnRequest,
} from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "./config.ts";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import { completes } from "./testing/scripted-turns.ts";
import { openSession } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";
import type { TestGateway, TestGatewayOptions } from "./testing/start-gateway.ts";

/** A router that answers when told. */
function heldRouter() {
  const asked: PredictRequest[] = [];
  const waiting: (() => void)[] = [];
  return {
    asked,
    route: (request: PredictRequest) =>
      new Promise<Prediction>((resolve) => {
        asked.push(request);
        waiting.push(() => resolve(predictionOf(request, [searchFor(request.text)])));
      }),
    answer: () => waiting.shift()?.(),
  };
}

async function histogram({ service }: TestGateway, name: string) {
  const metric = await service.registry.getSingleMetric(`lilux_gateway_${name}`)?.get();
  const sums = metric?.values.filter((value) => "metricName" in value) ?? [];
  return sums
    .filter((value) => "metricName" in value && value.metricName === `lilux_gateway_${name}_sum`)
    .map(({ value }) => ({ sum: value }));
}

/** How many lists were seen, by outcome that there was. */
async function lists({ service }: TestGateway): Promise<Record<string, number>> {
  const metric = await service.registry
    .getSingleMetric("lilux_gateway_keystroke_lists_total")
    ?.get();
  const seen = metric?.values.filter(({ value }) => value > 0) ?? [];
  return Object.fromEntries(seen.map(({ labels, value }) => [labels["outcome"], value]));
}

// Mutant: `isStale: () => false` in createLatestWins shows the replaced line's prediction.
test("of many lines typed at once the first and the last are asked, and only the last is shown", async () => {
  const router = heldRouter();
  const gateway = await startForTest({ route: router.route });
  const client = await openSession({ port: gateway.port });
  for (let seq = 1; seq <= 9; seq += 1) {
    client.send({ type: "keystroke", seq, text: "email scri".slice(0, seq) });
  }
  await eventually(async () => (await gateway.metric("keystrokes_accepted_total")) === 9, {
    withinMs: 20_000,
  });
  router.answer();
  await eventually(() => router.asked.length === 2, { withinMs: 20_000 });
  router.answer();
  expect(await client.next("prediction")).toMatchObject({ seq: 9 });
  expect(router.asked.map(({ seq }) => seq)).toEqual([1, 9]);
  expect(client.frames.filter(({ type }) => type === "prediction")).toHaveLength(1);
  expect(await gateway.metric("keystrokes_superseded_total")).toBe(8);
});

test("a router that does not answer in time counts as bad, and the client is told", async () => {
  const router = heldRouter();
  const gateway = await startForTest({ route: router.route, limits: { predictWithinMs: 80 } });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "email" });
  expect(await client.next("prediction")).toMatchObject({
    seq: 1,
    candidates: [],
    degraded: ["router_unavailable"],
  });
  expect(await gateway.metric("keystrokes_bad_total")).toBe(1);
  expect(await gateway.metric("keystrokes_good_total")).toBe(0);
  // The only router there is: asking it twice would double the work of one that is merely busy.
  expect(router.asked).toHaveLength(1);
  router.answer();
});

// Mutant: no margin (the frame leaves a millisecond after its time, and counts as late).
test("what is not answered is told before the promise is over, and the list is shown when it comes", async () => {
  const router = heldRouter();
  // A large margin: the machine is busy with other tests, and timers fire late.
  const limits = { predictWithinMs: 1_000, answerMarginMs: 700 };
  const gateway = await startForTest({ route: router.route, limits });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "email" });
  expect(await client.next("prediction")).toMatchObject({ seq: 1, candidates: [] });
  const [{ sum = Number.NaN } = {}] = await histogram(gateway, "keystroke_prediction_seconds");
  expect(sum).toBeLessThan(1);
  router.answer();
  expect(await client.next("prediction")).toMatchObject({ seq: 1, candidates: [{}] });
  expect(await gateway.metric("keystroke_lists_total")).toBe(1);
  expect(await gateway.metric("keystrokes_bad_total")).toBe(1);
});

// Mutant: showLate that does not look whether the line stands.
test("a late list of a line that was typed on is not shown", async () => {
  const router = heldRouter();
  const gateway = await startForTest({ route: router.route, limits: { predictWithinMs: 200 } });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "email" });
  await client.next("prediction");
  client.send({ type: "keystroke", seq: 2, text: "email s" });
  await eventually(() => router.asked.length === 2, { withinMs: 20_000 });
  router.answer();
  router.answer();
  await client.next("prediction", ({ candidates }) => candidates.length > 0);
  const shown = client.frames.filter(
    (frame) => frame.type === "prediction" && frame.candidates.length > 0,
  );
  expect(shown.map((frame) => "seq" in frame && frame.seq)).toEqual([2]);
});

// Mutant: countList at the first frame, whatever it holds.
test("a list that is withheld until its leader settles counts when it is seen, and as withheld", async () => {
  const types = ["script", "directive"] as const;
  const gateway = await startForTest({
    route(request) {
      const item_type = types[request.seq % 2] ?? "script";
      const call = { name: "search", arguments: { item_type, query: "email" } } as const;
      return predictionOf(request, [{ call, confidence: 0.9, effect: "read" }]);
    },
  });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "e" });
  await client.next("prediction");
  client.send({ type: "keystroke", seq: 2, text: "em" });
  expect(await client.next("prediction")).toMatchObject({ seq: 2, candidates: [] });
  expect(await lists(gateway)).toEqual({ in_time: 1 });
  await client.next("prediction", ({ candidates }) => candidates.length > 0);
  expect(await lists(gateway)).toEqual({ in_time: 1, withheld: 1 });
  expect(await gateway.metric("keystrokes_good_total")).toBe(2);
});

test("without a router the answer is at once, and degraded", async () => {
  const gateway = await startForTest();
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "email" });
  expect(await client.next("prediction")).toMatchObject({ degraded: ["router_unavailable"] });
});

test("an empty line is answered without asking", async () => {
  const router = heldRouter();
  const gateway = await startForTest({ route: router.route });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "" });
  expect(await client.next("prediction")).toMatchObject({ seq: 1, candidates: [] });
  expect(router.asked).toEqual([]);
});

test("candidates are shown once their leader reaches the threshold, and none before", async () => {
  const sure: Candidate[] = [searchFor("sure", 0.7), searchFor("other", 0.2)];
  const unsure: Candidate[] = [searchFor("unsure", 0.59), searchFor("other", 0.2)];
  const gateway = await startForTest({
    route: (request) => predictionOf(request, request.text === "x" ? sure : unsure),
  });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "x" });
  expect((await client.next("prediction")).candidates).toHaveLength(2);
  client.send({ type: "keystroke", seq: 2, text: "y" });
  expect(await client.next("prediction")).toMatchObject({ seq: 2, candidates: [] });
});

test("the last five committed lines go along, and no more", async () => {
  const asked: PredictRequest[] = [];
  const gateway = await startForTest({
    runTurn: completes,
    route(request) {
      asked.push(request);
      return predictionOf(request, []);
    },
  });
  const client = await openSession({ port: gateway.port });
  for (const line of ["1", "2", "3", "4", "5", "6"]) {
    client.send({ type: "submit", turnId: `t${line}`, text: line });
    await client.next("turn-end");
  }
  client.send({ type: "keystroke", seq: 1, text: "x" });
  await client.next("prediction");
  expect(asked[0]?.history).toEqual(["2", "3", "4", "5", "6"]);
});

test("a client above its rate has keystrokes put together and other frames refused", async () => {
  const asked: PredictRequest[] = [];
  const gateway = await startForTest({
    route(request) {
      asked.push(request);
      return predictionOf(request, []);
    },
    limits: { session: { ...DEFAULT_LIMITS.session, framesPerSecondMax: 5 } },
  });
  const client = await openSession({ port: gateway.port });
  for (let seq = 1; seq <= 300; seq += 1)
    client.send({ type: "keystroke", seq, text: `line ${seq}` });
  // One of them may come when there is place for one again.
  for (const turnId of ["t1", "t2"]) client.send({ type: "submit", turnId, text: "too soon" });
  const refused = await client.next("error");
  expect(refused.code).toBe("rate_limited");
  expect(["t1", "t2"]).toContain(refused.turnId);
  await client.next("prediction", ({ seq }) => seq === 300);
  expect(asked.length).toBeLessThan(150);
});

test("only reading runs unasked, once, and its failure is not told", async () => {
  const searches: string[] = [];
  const gateway = await startForTest({
    route: (request) => predictionOf(request, [searchFor(request.text.trim())]),
    kiwi: {
      async search({ arguments: { query } }) {
        searches.push(query);
        throw new LiluxError("kiwi_unavailable");
      },
    },
  });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "email" });
  await client.next("prediction");
  client.send({ type: "keystroke", seq: 2, text: "email " });
  const prediction = await client.next("prediction");
  expect(prediction.candidates).toMatchObject([{ ready: false }]);
  await eventually(() => searches.length > 0, { withinMs: 20_000 });
  expect(client.frames.filter(({ type }) => type === "error")).toEqual([]);
});

test("what was read ahead is dropped when the library changes", async () => {
  const gateway = await startForTest({
    route: (request) => predictionOf(request, [searchFor("email")]),
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
  // One after the other: of two sent at once, newest wins may drop the first.
  client.send({ type: "keystroke", seq: 1, text: "email" });
  await client.next("prediction");
  client.send({ type: "keystroke", seq: 2, text: "email " });
  await client.next("prediction", ({ candidates }) => candidates[0]?.ready === true);
  const change = { tenant: "local", version: "2", changed: ["script:email/a"] };
  gateway.bus.publish(subjects.library(testTenant("local")), change);
  let seq = 2;
  await eventually(
    async () => {
      seq += 1;
      const mine = seq;
      client.send({ type: "keystroke", seq: mine, text: "email" });
      const after = await client.next("prediction", (frame) => frame.seq === mine);
      return after.candidates[0]?.ready === false;
    },
    { withinMs: 20_000 },
  );
});

test("warm contexts are announced", async () => {
  const gateway = await startForTest();
  const client = await openSession({ port: gateway.port });
  gateway.bus.publish(subjects.context(testTenant("local"), client.start.sessionId), {
    candidates: [{ item_type: "script", item_id: "email_validator", score: 0.9, name: "x" }],
    confidence: 0.8,
    domain: "email",
    state: "warm",
  });
  expect(await client.next("context-warmed")).toEqual({
    type: "context-warmed",
    candidates: [{ item_type: "script", item_id: "email_validator", score: 0.9 }],
    confidence: 0.8,
    domain: "email",
    state: "warm",
  });
});

// Mutant: leaving out the check of `bufferedAmount` in createFrameWriter.
test("a reader that does not read is dropped, and the others are served on", async () => {
  const text = "x".repeat(60_000);
  const gateway = await startForTest({
    limits: { textCoalesceMs: 0, bufferedBytesMax: 1024 * 1024 },
    async *runTurn({ turn }) {
      const { turnId } = turn;
      for (let part = 0; part < 300; part += 1) {
        yield { type: "plan-update", turnId, steps: [{ title: `${part} ${text}`, state: "done" }] };
      }
      yield { type: "turn-end", turnId, outcome: "completed" };
    },
    route: (request) => predictionOf(request, []),
  });
  const slow = await openSession({ port: gateway.port });
  const other = await openSession({ port: gateway.port });
  slow.socket.pause();
  slow.send({ type: "ask", turnId: "t1", text: "flood" });
  await eventually(async () => (await gateway.metric("socket_closes_total")) === 1, {
    withinMs: 20_000,
  });
  other.send({ type: "keystroke", seq: 1, text: "hi" });
  await other.next("prediction");
  await eventually(async () => (await gateway.metric("sockets_open")) === 1, {
    withinMs: 20_000,
  });
  slow.socket.terminate();
});

test("a peer that does not answer pings is cut off", async () => {
  const gateway = await startForTest({ limits: { heartbeatMs: 50 } });
  const dead = await openSession({ port: gateway.port });
  const alive = await openSession({ port: gateway.port });
  dead.socket.pause();
  await eventually(async () => (await gateway.metric("sockets_open")) === 1, {
    withinMs: 20_000,
  });
  expect(alive.socket.readyState).toBe(alive.socket.OPEN);
  dead.socket.terminate();
});

/** A router whose leader a test decides by what is typed. */
function leaderBy(typeOf: (text: string) => "script" | "directive"): TestGatewayOptions {
  const route = (request: PredictRequest): Promise<Prediction> => {
    const call = {
      name: "search",
      arguments: { item_type: typeOf(request.text), query: request.text },
    } as const;
    return Promise.resolve(predictionOf(request, [{ call, confidence: 0.9, effect: "read" }]));
  };
  return { route };
}

// Mutant: `isSettled: () => true` shows the directive in the middle.
test("a leader of one character is not shown, and what led before is at once shown again", async () => {
  const gateway = await startForTest(leaderBy((text) => (text === "em" ? "directive" : "script")));
  const client = await openSession({ port: gateway.port });
  const shown: number[] = [];
  for (const [at, text] of ["e", "em", "ema"].entries()) {
    client.send({ type: "keystroke", seq: at + 1, text });
    const frame = await client.next("prediction", ({ seq }) => seq === at + 1);
    shown.push(frame.candidates.length);
  }
  expect(shown).toEqual([1, 0, 1]);
});

// Mutant: no timer in createSettledList leaves the last line without candidates.
test("a new leader is shown once the person pauses, and may be accepted", async () => {
  const gateway = await startForTest(leaderBy((text) => (text === "em" ? "directive" : "script")));
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "e" });
  await client.next("prediction", ({ seq }) => seq === 1);
  client.send({ type: "keystroke", seq: 2, text: "em" });
  const first = await client.next("prediction", ({ seq }) => seq === 2);
  const second = await client.next(
    "prediction",
    ({ seq, candidates }) => seq === 2 && candidates.length > 0,
  );
  expect(first.candidates).toEqual([]);
  expect(second).toMatchObject({
    predictionId: first.predictionId,
    candidates: [{ call: { arguments: { item_type: "directive" } } }],
  });
});

// Mutant: `toFrame` asks `shown[0]` for the leader.
test("what Enter will do is told of the whole prediction, also where its leader is not shown", async () => {
  const gateway = await startForTest({
    route: (request) => {
      const onEnter = { ...searchFor(request.text, 0.4), confidenceOnEnter: 0.9 };
      return predictionOf(request, request.text === "" ? [] : [onEnter]);
    },
  });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "find mail" });
  const frame = await client.next("prediction", ({ seq }) => seq === 1);
  expect(frame).toMatchObject({
    candidates: [],
    enter: { does: "run", call: { name: "search" }, confidence: 0.9 },
    closest: { confidence: 0.4 },
  });
});

// Mutant: `inputFor` compares the texts as they are, spaces and all.
test("Enter goes by the prediction that said what it would do, also of a line that ends with a space", async () => {
  const asked: TurnRequest[] = [];
  const gateway = await startForTest({
    route: (request) => predictionOf(request, [searchFor(request.text)]),
    runTurn(request, options) {
      asked.push(request);
      return completes(request, options);
    },
  });
  const client = await openSession({ port: gateway.port });
  for (const [at, text] of ["find mail", "find mail "].entries()) {
    client.send({ type: "keystroke", seq: at + 1, text });
  }
  const told = await client.next("prediction", ({ seq }) => seq === 2);
  const { predictionId } = told;
  client.send({ type: "submit", turnId: "t1", text: "find mail", predictionId });
  await client.next("turn-end");
  expect(asked).toMatchObject([{ prediction: { predictionId } }]);
});

test("a search that is ready comes with its first hits, and items to look at with every line", async () => {
  const hit: SearchHit = {
    item_type: "script",
    item_id: "tides",
    qualified_id: "sea/tides",
    name: "tides",
    description: "When the water comes.\nAnd goes.",
    category: "sea",
    source: "project",
    version: "1.0.0",
    score: 1,
    why: [],
  };
  const results = Array.from({ length: 5 }, () => hit);
  const match = { call: searchFor("x").call, effect: "read", description: "To look at." } as const;
  const gateway = await startForTest({
    kiwi: {
      search: async ({ arguments: { query } }) => ({ query, source: "local", results, total: 5 }),
    },
    route: (request) => ({
      ...predictionOf(request, [searchFor(request.text)]),
      matches: [match],
    }),
  });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "find tides" });
  expect(await client.next("prediction")).toMatchObject({ matches: [match] });
  const ready = await client.next("prediction", ({ candidates }) => candidates[0]?.ready === true);
  expect(ready.candidates[0]?.preview).toMatchObject({ total: 5 });
  expect(ready.candidates[0]?.preview?.hits).toEqual(
    Array.from({ length: 3 }, () => ({
      item_type: "script",
      item_id: "sea/tides",
      description: "When the water comes.",
    })),
  );
});

// Mutant: ASK_AGAIN_AFTER_MS is empty.
test("a line that stands without an answer is asked about again until it has one", async () => {
  let tries = 0;
  const gateway = await startForTest({
    route(request) {
      tries += 1;
      if (tries < 3) throw new LiluxError("router_unavailable");
      return predictionOf(request, [searchFor(request.text)]);
    },
  });
  const client = await openSession({ port: gateway.port });
  client.send({ type: "keystroke", seq: 1, text: "find mail" });
  const [first, made] = [
    await client.next("prediction"),
    await client.next("prediction", ({ candidates }) => candidates.length > 0),
  ];
  expect(first).toMatchObject({ seq: 1, degraded: ["router_unavailable"] });
  expect(first.enter).toBeUndefined();
  expect(made).toMatchObject({ seq: 1, enter: { does: "run" } });
});
