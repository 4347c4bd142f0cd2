import { connect as connectTo, createServer, type Socket } from "node:net";
import {
  describeWithServer,
  eventually,
  startNatsServer,
  temporaryDirectory,
  testTenant,
} from "@lilux/testkit";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { expect, onTestFinished, test } from "vitest";
import type { Bus } from "../bus.ts";
import type { BusEvent } from "../bus-event.ts";
import { subjects } from "../subjects.ts";
import { connectNatsBus } from "./connect-nats-bus.ts";

const TURN = subjects.turn(testTenant("local"), "session");
const KEYSTROKE = subjects.keystroke(testTenant("local"), "session");
const LONG = { withinMs: 12_000 };

async function natsAndBus() {
  const directory = await temporaryDirectory();
  const server = await startNatsServer({ jetStreamDirectory: directory.path });
  const buses: Bus[] = [];
  onTestFinished(async () => {
    await Promise.all(buses.map((bus) => bus.drain()));
    await server.stop();
    await directory.remove();
  });
  const open = async (observe: (event: BusEvent) => void = () => undefined): Promise<Bus> => {
    const bus = await connectNatsBus({
      url: server.url,
      name: "reliability",
      pingIntervalMs: 200,
      drainWithinMs: 500,
      observe,
    });
    buses.push(bus);
    return bus;
  };
  return { server, directory, open, bus: await open() };
}

async function appendNumbers(bus: Bus, numbers: readonly number[]): Promise<number[]> {
  const acknowledged: number[] = [];
  for (const number of numbers) {
    try {
      await bus.append("TURNS", TURN, number, { id: String(number), deadlineMs: 5_000 });
      acknowledged.push(number);
    } catch {
      // Not acknowledged: it may be lost, and the sender knows.
    }
  }
  return acknowledged;
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

interface SlowServer {
  port: number;
  slowBy(ms: number): void;
  close(): void;
}

/** The server, each of whose words arrives later. */
async function slowable(port: number): Promise<SlowServer> {
  let laterMs = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connectTo({ host: "127.0.0.1", port });
    for (const socket of [client, server]) sockets.add(socket.on("error", () => undefined));
    client.pipe(server);
    server.on("data", (bytes) => void setTimeout(() => client.write(bytes), laterMs));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  const close = (): void => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    slowBy(ms) {
      laterMs = ms;
    },
    close,
  };
}

describeWithServer("a bus whose server fails", "nats", () => {
  // Mutant: `watchStreams` left out of the bus.
  test.each(["TURNS", "INTERACTIONS", "CALLS", "EVENTS"] as const)(
    "a stream %s that an operator deleted is told, takes nothing, and is made again",
    async (stream) => {
      const { server, bus, open } = await natsAndBus();
      const other = await open();
      const operator = await connect({ servers: server.url });
      const manager = await jetstreamManager(operator);
      const subject = {
        TURNS: TURN,
        INTERACTIONS: subjects.interaction(testTenant("local")),
        CALLS: subjects.call(testTenant("local"), "name"),
        EVENTS: subjects.event(testTenant("local"), "session"),
      }[stream];
      await bus.append(stream, subject, "before", { id: "before" });
      await manager.streams.delete(stream);
      const refused = await bus
        .append(stream, subject, "none", { id: "none", deadlineMs: 100 })
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      const isBackAlready = refused === undefined;
      if (!isBackAlready) expect(bus.troubles().join()).toContain(stream);
      await eventually(async () => {
        await bus.append(stream, subject, "after", { id: "after", deadlineMs: 1_000 });
        expect(bus.troubles()).toEqual([]);
      }, LONG);
      const read = { messagesMax: 10, deadlineMs: 2_000 };
      const held = (await other.read(stream, subject, read)).map(({ body }) => body);
      expect(held.filter((body) => body !== "none")).toEqual(["after"]);
      await operator.close();
    },
  );

  // Mutant: an append() that resolves without waiting for the server's acknowledgement.
  test("kill -9 of the server loses no acknowledged append, and all resumes by itself", async () => {
    const { server, bus } = await natsAndBus();
    const seen: unknown[] = [];
    const take = async ({ body }: { body: unknown }): Promise<void> => void seen.push(body);
    await bus.consume("TURNS", take, { durable: "reliability", inFlightMax: 8 });
    bus.respond(KEYSTROKE, async () => "answered", { queue: "router" });

    const lanes = [0, 1, 2, 3].map((lane) => appendNumbers(bus, range(lane * 1_000, 300)));
    await eventually(() => seen.length > 100, LONG);
    await server.kill9();
    await eventually(() => !bus.connected(), LONG);
    const whileDown = bus.request(KEYSTROKE, {}, { deadlineMs: 1_000 });
    await expect(whileDown).rejects.toMatchObject({ code: "bus_unavailable" });
    await server.restart();

    const acknowledged = (await Promise.all(lanes)).flat();
    expect(acknowledged.length).toBeGreaterThan(400);
    const stored = await bus.read("TURNS", TURN, { messagesMax: 10_000, deadlineMs: 5_000 });
    const kept = new Set(stored.map(({ body }) => body));
    expect(acknowledged.filter((number) => !kept.has(number))).toEqual([]);
    expect(stored).toHaveLength(kept.size);
    await eventually(() => acknowledged.every((number) => seen.includes(number)), LONG);
    const answer = eventually(() => bus.request(KEYSTROKE, {}, { deadlineMs: 500 }), LONG);
    expect(await answer).toBe("answered");
  });

  test("a request in flight fails at once when the server dies", async () => {
    const { server, bus } = await natsAndBus();
    let asked = false;
    bus.respond(KEYSTROKE, () => {
      asked = true;
      return new Promise(() => undefined);
    });
    const startedAt = performance.now();
    const request = bus.request(KEYSTROKE, {}, { deadlineMs: 10_000 });
    request.catch(() => undefined);
    await eventually(() => asked, LONG);
    await server.kill9();
    await expect(request).rejects.toMatchObject({ code: "bus_unavailable" });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test("an append waits for a server that comes back in time", async () => {
    const { server, bus } = await natsAndBus();
    await server.kill9();
    await eventually(() => !bus.connected(), LONG);
    const append = bus.append("TURNS", TURN, 1, { id: "1", deadlineMs: 8_000 });
    await server.restart();
    expect(await append).toEqual({ sequence: 1, duplicate: false });
  });

  test("a frozen server is left, and found again when it thaws", async () => {
    const { server, bus } = await natsAndBus();
    await server.freeze();
    const append = bus.append("TURNS", TURN, 1, { id: "1", deadlineMs: 600 });
    await expect(append).rejects.toMatchObject({ name: "LiluxError", retryable: true });
    await eventually(() => !bus.connected(), LONG);
    await server.thaw();
    await eventually(() => bus.connected(), LONG);
    // The first try may have been stored while the server was thought dead: one message all the same.
    await bus.append("TURNS", TURN, 1, { id: "1", deadlineMs: 5_000 });
    const stored = await bus.read("TURNS", TURN, { messagesMax: 10, deadlineMs: 2_000 });
    expect(stored).toHaveLength(1);
  });

  // Mutant: a word on the first try that is forgotten when the second is sent.
  test("a server that takes 700 ms for each word is slow, not away: what it stores is acknowledged once", async () => {
    const { server } = await natsAndBus();
    const slow = await slowable(Number(new URL(server.url).port));
    const events: BusEvent[] = [];
    const observe = (event: BusEvent): void => void events.push(event);
    const url = `nats://127.0.0.1:${slow.port}`;
    const bus = await connectNatsBus({ url, name: "slow", startWithinMs: 60_000, observe });
    onTestFinished(async () => {
      await bus.drain();
      slow.close();
    });
    slow.slowBy(700);
    const append = (number: number) =>
      bus.append("TURNS", TURN, number, { id: `${number}`, deadlineMs: 30_000 });
    const appended = await Promise.all([1, 2, 3].map(append));
    expect(appended.map(({ duplicate }) => duplicate)).toEqual([false, false, false]);
    expect(events).toContain("append-retried");
    expect(bus.troubles()).toEqual([]);
  });

  // Mutant: a consumer whose keepOpen() is never called.
  test("streams and consumers come back on a server that lost its files", async () => {
    const { server, directory, bus } = await natsAndBus();
    const seen: unknown[] = [];
    const take = async ({ body }: { body: unknown }): Promise<void> => void seen.push(body);
    await bus.consume("TURNS", take, { durable: "reliability", inFlightMax: 8 });
    await server.kill9();
    await directory.remove();
    await server.restart();
    await bus.append("TURNS", TURN, "after", { id: "after", deadlineMs: 8_000 });
    await eventually(() => seen.includes("after"), LONG);
  });

  test("a message held by a consumer that went away goes to another", async () => {
    const { bus, open } = await natsAndBus();
    const other = await open();
    let held = 0;
    const hang = (): Promise<never> => {
      held += 1;
      return new Promise(() => undefined);
    };
    const hanging = await bus.consume("TURNS", hang, { durable: "shared", inFlightMax: 1 });
    for (const number of range(0, 3)) await bus.append("TURNS", TURN, number, { id: `${number}` });
    await eventually(() => held === 1, LONG);
    const seen: unknown[] = [];
    const take = async ({ body }: { body: unknown }): Promise<void> => void seen.push(body);
    await other.consume("TURNS", take, { durable: "shared", inFlightMax: 5 });
    hanging.close().catch(() => undefined);
    await bus.drain();
    await eventually(() => new Set(seen).size === 3, { withinMs: 25_000 });
  });

  test("a start waits for its server, but not for ever", async () => {
    const server = await startNatsServer({ owned: true });
    await server.kill9();
    const never = connectNatsBus({ url: server.url, name: "early", startWithinMs: 300 });
    await expect(never).rejects.toMatchObject({ code: "bus_unavailable" });
    const patient = connectNatsBus({ url: server.url, name: "early", startWithinMs: 8_000 });
    await server.restart();
    const bus = await patient;
    expect(bus.connected()).toBe(true);
    await bus.drain();
    await server.stop();
  });

  test("a url that is none is refused by the variable's name", async () => {
    const bad = connectNatsBus({ url: "http://localhost:4222", name: "bad" });
    await expect(bad).rejects.toThrow(/LILUX_NATS_URL/);
  });
});
