import { createHash } from "node:crypto";
import { type Bus, createInProcessBus, subjects } from "@lilux/bus";
import { LiluxError, type TurnRecord } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test, vi } from "vitest";
import { killable } from "./testing/doomed-bus.ts";
import { completes, steppedTurns } from "./testing/scripted-turns.ts";
import { startForTest } from "./testing/start-for-test.ts";
import { keyFor, type TestGateway, type TestGatewayOptions } from "./testing/start-gateway.ts";

const LIMITS = { turnBeatMs: 50, orphanedAfterMs: 400 };
/** An orphan is told from a slow one by time, of which a busy machine takes several times as much. */
const SOON = { withinMs: 90_000, everyMs: 100 };
vi.setConfig({ testTimeout: 200_000 });

async function start(options: TestGatewayOptions): Promise<TestGateway> {
  return startForTest({ limits: LIMITS, ...options });
}

/** Counts what is begun, and ends each at once. */
function counted() {
  const begun: string[] = [];
  const runTurn: TestGatewayOptions["runTurn"] = (request, options) => {
    begun.push(`${request.turn.tenant}/${request.turn.turnId}`);
    return completes(request, options);
  };
  return { begun, runTurn };
}

function send({ http }: TestGateway, turnId: string, headers = {}): Promise<Response> {
  return fetch(`${http}/v1/turns`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ text: "go", turnId, ask: true }),
    signal: AbortSignal.timeout(15_000),
  });
}

/** Asks again under the same id until it is told. */
function toldEnd(gateway: TestGateway, turnId: string): Promise<string> {
  return eventually(async () => {
    const answer = await send(gateway, turnId);
    // Read whatever it is: an answer that is not keeps its socket, and an address has so many.
    const text = await answer.text();
    expect(answer.status).toBe(200);
    return text;
  }, SOON);
}

async function decisions(bus: Bus, turnId: string): Promise<unknown[]> {
  const read = { messagesMax: 10, deadlineMs: 1_000 };
  const stored = await bus.read(
    "EVENTS",
    subjects.event(testTenant("local"), sessionOf(turnId)),
    read,
  );
  return stored.flatMap(({ body }) => (body as { decided?: string }).decided ?? []);
}

async function journalled(bus: Bus): Promise<string[]> {
  const read = { messagesMax: 100, deadlineMs: 1_000 };
  const stored = await bus.read("INTERACTIONS", subjects.interaction(testTenant("local")), read);
  return stored.map(({ body }) => (body as { outcome: string }).outcome);
}

async function storeRecord(bus: Bus, turnId: string): Promise<void> {
  const sessionId = sessionOf(turnId);
  const acceptedAt = Date.now();
  const record: TurnRecord = {
    tenant: testTenant("local"),
    sessionId,
    turnId,
    kind: "ask",
    text: "go",
    acceptedAt,
  };
  const subject = subjects.turn(testTenant("local"), sessionId);
  await bus.append("TURNS", subject, record, { id: `${sessionId}:${turnId}` });
}

async function storedTurns(bus: Bus, sessionId: string): Promise<number> {
  const read = { messagesMax: 10, deadlineMs: 1_000 };
  return (await bus.read("TURNS", subjects.turn(testTenant("local"), sessionId), read)).length;
}

/** Lets nobody go on from its first look at TURNS before the other one has looked, too. */
function together(bus: Bus): Bus {
  const looks = new Map<string, (() => void)[]>();
  return {
    ...bus,
    async read(stream, subject, options) {
      const found = await bus.read(stream, subject, options);
      const waiting = looks.get(subject) ?? [];
      if (stream !== "TURNS" || waiting.length === 2) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      looks.set(subject, [...waiting, resolve]);
      if (waiting.length === 1) for (const go of looks.get(subject) ?? []) go();
      await promise;
      return found;
    },
  };
}

const sessionOf = (turnId: string): string =>
  `r_${createHash("sha256").update(`local/${turnId}`).digest("base64url")}`;

// Mutant: a session id of its own for every request.
test("the same turnId sent again is told the same events by any gateway, and runs nothing", async () => {
  const bus = createInProcessBus();
  const { begun, runTurn } = counted();
  const one = await start({ bus, runTurn });
  const two = await start({ bus, runTurn });
  const first = await (await send(one, "t1")).text();
  expect(first).toContain("event: turn-end");
  for (const gateway of [one, two]) {
    const again = await eventually(async () => {
      const answer = await send(gateway, "t1");
      expect(answer.status).toBe(200);
      return answer.text();
    }, SOON);
    expect(again).toBe(first);
  }
  expect(begun).toEqual(["local/t1"]);
  expect(await storedTurns(bus, sessionOf("t1"))).toBe(1);
});

test("a turnId that still runs is refused, here and at another gateway", async () => {
  const bus = createInProcessBus();
  const turns = steppedTurns();
  const one = await start({ bus, runTurn: turns.runTurn });
  const two = await start({ bus, runTurn: turns.runTurn });
  const first = await send(one, "t1");
  for (const gateway of [one, two]) {
    const again = await send(gateway, "t1");
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: "duplicate_turn", details: { ended: false } });
  }
  turns.emit({ type: "turn-end", outcome: "completed" });
  expect(await first.text()).toContain("completed");
  expect(turns.runs()).toBe(1);
});

// Mutant: `isOurs = true` in `acceptTurn`.
test("of the same turnId sent to two gateways at once, one runs", async () => {
  const bus = together(createInProcessBus());
  const { begun, runTurn } = counted();
  const gateways = [await start({ bus, runTurn }), await start({ bus, runTurn })];
  const ids = Array.from({ length: 20 }, (_, index) => `race-${index}`);
  const all = ids.flatMap((id) => gateways.map(async (one) => (await send(one, id)).status));
  const statuses = await Promise.all(all);
  expect(begun.toSorted()).toEqual(ids.map((id) => `local/${id}`).toSorted());
  expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
});

test("a turnId whose gateway was killed is told its end, and never run a second time", async () => {
  const bus = createInProcessBus();
  const doomed = killable(bus);
  const turns = steppedTurns();
  const one = await start({ bus: doomed.bus, runTurn: turns.runTurn });
  const two = await start({ bus, runTurn: turns.runTurn });
  const reader = (await send(one, "t1")).body?.getReader();
  await reader?.read();
  turns.emit({ type: "turn-start", path: "slow" });
  await eventually(async () => {
    const read = { messagesMax: 10, deadlineMs: 1_000 };
    const stored = await bus.read(
      "EVENTS",
      subjects.event(testTenant("local"), sessionOf("t1")),
      read,
    );
    expect(JSON.stringify(stored)).toContain("turn-start");
  }, SOON);
  doomed.kill();
  const again = await toldEnd(two, "t1");
  expect(again).toContain('"outcome":"interrupted"');
  expect(again).toContain("event: turn-accepted");
  expect(turns.runs()).toBe(1);
});

test("a turnId that was stored and never begun, as after turn_not_stored, runs when it is sent again", async () => {
  const bus = createInProcessBus();
  const { begun, runTurn } = counted();
  const gateway = await start({ bus, runTurn, limits: { ...LIMITS, orphanedAfterMs: 2_000 } });
  await storeRecord(bus, "t1");
  const answer = await send(gateway, "t1");
  expect(await answer.text()).toContain("completed");
  expect(begun).toEqual(["local/t1"]);
});

test("what one tenant has used for an id is still free for another", async () => {
  const { begun, runTurn } = counted();
  const apiKeys = [keyFor("acme", "a".repeat(20)), keyFor("globex", "g".repeat(20))];
  const gateway = await start({ runTurn, config: { apiKeys: apiKeys } });
  for (const key of ["a".repeat(20), "g".repeat(20)]) {
    const answer = await send(gateway, "t1", { authorization: `Bearer ${key}` });
    expect(await answer.text()).toContain("completed");
  }
  expect(begun).toEqual(["acme/t1", "globex/t1"]);
});

// Mutant: `decideOver` that leaves a decision to run as the last word on the turn.
test("a turn that a second gateway took over and died with, too, is told its end", async () => {
  const bus = createInProcessBus();
  const doomed = killable(bus);
  const turns = steppedTurns();
  const limits = { ...LIMITS, orphanedAfterMs: 2_000 };
  const one = await start({ bus: doomed.bus, runTurn: turns.runTurn, limits });
  await storeRecord(bus, "t1");
  const reader = (await send(one, "t1")).body?.getReader();
  await reader?.read();
  expect(await decisions(bus, "t1")).toEqual(["run"]);
  doomed.kill();
  const two = await start({ bus, runTurn: turns.runTurn });
  expect(await toldEnd(two, "t1")).toContain('"outcome":"interrupted"');
  expect(turns.runs()).toBe(1);
});

// Mutants: `settleOrphan` that answers at once for what is journalled; news of an end that is not stored.
test("a turn that was journalled before its end was stored, by a gateway that died then, is told an end", async () => {
  const bus = createInProcessBus();
  const full: Bus = {
    ...bus,
    append: (stream, subject, body, ...rest) =>
      stream === "EVENTS" && JSON.stringify(body).includes("turn-end")
        ? Promise.reject(new LiluxError("bus_unavailable"))
        : bus.append(stream, subject, body, ...rest),
  };
  const doomed = killable(full);
  const turns = steppedTurns();
  const limits = { ...LIMITS, orphanedAfterMs: 3_000 };
  const one = await start({ bus: doomed.bus, runTurn: turns.runTurn, limits });
  const two = await start({ bus, runTurn: turns.runTurn, limits });
  const first = await send(one, "t1");
  turns.emit({ type: "turn-end", outcome: "completed" });
  expect(await first.text()).toContain("completed");
  await eventually(async () => expect(await journalled(bus)).toEqual(["completed"]), SOON);
  doomed.kill();
  expect(await toldEnd(two, "t1")).toContain("event: turn-end");
  expect(turns.runs()).toBe(1);
  expect(await journalled(bus)).toEqual(["completed"]);
});
