import { subjects } from "@lilux/bus";
import { createLiluxClient, type LiluxClient } from "@lilux/client";
import { eventually, testTenant } from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nextPrediction, predictionFor } from "./ask.ts";
import { operatorBus } from "./operator-bus.ts";
import { type Running, startMode } from "./start-mode.ts";

const VICTIMS = [
  "kiwi",
  "router",
  "context-warmer",
  "orchestrator",
  "gateway",
  "nats-server",
  "redis-server",
];
const TRAFFIC_MS = 6_000;
const KILL_AFTER_MS = 1_500;
const TURN_EVERY_MS = 150;
const KEYSTROKE_EVERY_MS = 40;

interface Traffic {
  /** Ids of turns for which `turn-accepted` came. */
  accepted: Set<string>;
  /** Ids of accepted turns for which a `turn-end` came. */
  ended: Set<string>;
  /** Offsets as they came, to see holes and repeats. */
  offsets: number[];
  sessions: Set<string>;
}

describe("distributed: any one process may die", () => {
  let running: Running;

  beforeAll(async () => {
    running = await startMode("distributed");
  }, 150_000);
  afterAll(() => running.stop());

  // Mutant: acknowledging a turn before TURNS stored it fails the nats-server case.
  test.each(VICTIMS)(
    "kill -9 of %s loses no accepted turn, and predictions and the client recover",
    async (victim) => {
      const client = createLiluxClient({ url: running.url });
      await client.ready();
      await predictionFor(client, "find email scr");
      const traffic = watch(client);

      await driveTraffic(client, () => running.kill9(victim));
      await eventually(() => expect(client.state()).toBe("open"), { withinMs: 20_000 });
      await predictionFor(client, "find email scr");

      expect(running.restarts(victim)).toBe(1);
      expect(traffic.accepted.size).toBeGreaterThan(5);
      await eventually(
        () => expect([...traffic.accepted].filter((id) => !traffic.ended.has(id))).toEqual([]),
        {
          withinMs: 30_000,
        },
      );
      expect(traffic.offsets).toEqual(
        traffic.offsets.map((_, index) => index + (traffic.offsets[0] ?? 1)),
      );
      expect(await missingFromStream(running, traffic)).toEqual([]);
      client.close();
    },
    90_000,
  );
});

describe("embedded: the one process may die", () => {
  let running: Running;

  beforeAll(async () => {
    running = await startMode("embedded");
  }, 150_000);
  afterAll(() => running.stop());

  test("kill -9 loses no accepted turn, and the client resumes by itself", async () => {
    const client = createLiluxClient({ url: running.url });
    await client.ready();
    await predictionFor(client, "find email scr");
    const traffic = watch(client);
    const lost = new Set<string>();
    client.on("turn-lost", ({ turnId, accepted }) => {
      if (accepted) lost.add(turnId);
    });

    await driveTraffic(client, () => running.kill9("lilux"));
    // A whole process starts again meanwhile, on a machine that may be busy.
    await eventually(() => expect(client.state()).toBe("open"), { withinMs: 60_000 });
    await predictionFor(client, "find email scr");
    await eventually(
      () => expect([...traffic.accepted].filter((id) => !traffic.ended.has(id))).toEqual([]),
      {
        withinMs: 30_000,
      },
    );
    expect(running.restarts("lilux")).toBe(1);
    expect([...lost]).toEqual([]);
    expect(traffic.sessions.size).toBe(1);
    client.close();
  }, 150_000);
});

function watch(client: LiluxClient): Traffic {
  const traffic: Traffic = {
    accepted: new Set(),
    ended: new Set(),
    offsets: [],
    sessions: new Set(),
  };
  const first = client.session();
  if (first !== undefined) traffic.sessions.add(first.sessionId);
  client.on("session-start", ({ sessionId }) => traffic.sessions.add(sessionId));
  client.on("event", (event) => {
    traffic.offsets.push(event.offset);
    if (event.type === "turn-accepted") traffic.accepted.add(event.turnId);
    if (event.type === "turn-end") traffic.ended.add(event.turnId);
  });
  return traffic;
}

/** Types and submits for a while; in the middle of it, kills. */
async function driveTraffic(client: LiluxClient, kill: () => void): Promise<void> {
  const startedAt = Date.now();
  let lastTurnAt = 0;
  let killed = false;
  for (let index = 0; Date.now() - startedAt < TRAFFIC_MS; index += 1) {
    const elapsed = Date.now() - startedAt;
    const seq = client.type(`find email ${"scripts".slice(0, (index % 7) + 1)}`);
    nextPrediction(client, seq).catch(() => undefined);
    if (elapsed - lastTurnAt >= TURN_EVERY_MS) {
      lastTurnAt = elapsed;
      client.submit(`find email scripts ${index}`);
    }
    if (!killed && elapsed > KILL_AFTER_MS) {
      killed = true;
      kill();
    }
    await new Promise((resolve) => setTimeout(resolve, KEYSTROKE_EVERY_MS));
  }
}

/** Accepted turns that the stream does not hold. */
async function missingFromStream(running: Running, traffic: Traffic): Promise<string[]> {
  const bus = await operatorBus(running);
  try {
    const stored = new Set<string>();
    for (const session of traffic.sessions) {
      const subject = subjects.turn(testTenant("local"), session);
      const messages = await bus.read("TURNS", subject, { messagesMax: 10_000, deadlineMs: 5_000 });
      for (const { body } of messages) stored.add((body as { turnId: string }).turnId);
    }
    return [...traffic.accepted].filter((id) => !stored.has(id));
  } finally {
    await bus.drain();
  }
}
