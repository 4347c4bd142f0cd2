import { connectNatsBus, subjects } from "@lilux/bus";
import type { Interaction, TurnRecord } from "@lilux/protocol";
import { describeWithServer, eventually, startNatsServer, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { completes } from "./testing/scripted-turns.ts";
import { openSession, type SocketClient } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

const SESSIONS = 10;
const LIMITS = { turnBeatMs: 100, orphanedAfterMs: 1_000, storeTurnWithinMs: 300 };
const LONG = { withinMs: 90_000 };
const READ = { messagesMax: 10_000, deadlineMs: 20_000 };

/** Sends one turn after the other until told to stop; none waits for more than its own word. */
async function askFor(client: SocketClient, name: string, signal: AbortSignal): Promise<void> {
  for (let count = 0; !signal.aborted; count += 1) {
    const turnId = `${name}-${count}`;
    client.send({ type: "ask", turnId, text: "go" });
    await eventually(() => signal.aborted || answersTo(client, turnId), LONG);
  }
}

const answersTo = ({ frames }: SocketClient, turnId: string): boolean =>
  frames.some(
    (frame) =>
      (frame.type === "error" && frame.turnId === turnId) ||
      (frame.type === "turn-accepted" && frame.turnId === turnId),
  );

function told(clients: readonly SocketClient[], type: "turn-accepted" | "turn-end"): Set<string> {
  const frames = clients.flatMap((client) => client.frames);
  return new Set(frames.flatMap((frame) => (frame.type === type ? [frame.turnId] : [])));
}

describeWithServer("a gateway whose nats-server is frozen under load", "nats", () => {
  // Mutants: `stored` without the server's word in nats-append.ts (turns lost); the sweeper left out (turns
  // without an end). That many orphans at once leave room for others: gateway-sweep.test.ts.
  test("all that was accepted is stored and ended, what was not accepted has an end too, and the next turn is taken", async () => {
    const server = await startNatsServer({ owned: true });
    onTestFinished(() => server.stop());
    const options = { url: server.url, name: "gateway", pingIntervalMs: 1_000, drainWithinMs: 500 };
    const bus = await connectNatsBus(options);
    onTestFinished(() => bus.drain());
    const gateway = await startForTest({ bus, runTurn: completes, limits: LIMITS });
    const opened = Array.from({ length: SESSIONS }, () => openSession({ port: gateway.port }));
    const clients = await Promise.all(opened);
    const stop = new AbortController();
    const asking = clients.map((client, place) => askFor(client, `s${place}`, stop.signal));
    await eventually(() => told(clients, "turn-end").size > 3 * SESSIONS, LONG);

    await server.freeze();
    await eventually(() => !bus.connected(), LONG);
    await server.thaw();
    await eventually(() => bus.connected(), LONG);
    const before = told(clients, "turn-end").size;
    await eventually(() => told(clients, "turn-end").size > before + SESSIONS, LONG);
    stop.abort();
    await Promise.all(asking);

    const accepted = told(clients, "turn-accepted");
    await eventually(async () => {
      expect([...accepted].filter((turnId) => !told(clients, "turn-end").has(turnId))).toEqual([]);
      expect(await gateway.metric("events_unstored")).toBe(0);
      const sessions = clients.map(({ start }) => start.sessionId);
      const reads = sessions.map((id) =>
        bus.read("TURNS", subjects.turn(testTenant("local"), id), READ),
      );
      const turns = (await Promise.all(reads)).flat().map(({ body }) => body as TurnRecord);
      const stored = new Set(turns.map(({ turnId }) => turnId));
      expect([...accepted].filter((turnId) => !stored.has(turnId))).toEqual([]);
      const interactions = await bus.read(
        "INTERACTIONS",
        subjects.interaction(testTenant("local")),
        READ,
      );
      const journalled = interactions.map(({ body }) => body as Interaction);
      const ended = journalled.flatMap((one) => (one.type === "turn" ? [one.turnId] : []));
      expect(ended.toSorted()).toEqual([...stored].toSorted());
    }, LONG);
    expect(await gateway.metric("turns_not_stored_total")).toBeGreaterThan(0);
  }, 300_000);
});
