import { SILENT_LOG } from "@lilux/core/telemetry";
import {
  describeWithServer,
  eventually,
  type NatsCluster,
  startNatsCluster,
  testTenant,
} from "@lilux/testkit";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, nanos } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Bus } from "../bus.ts";
import { STREAMS } from "../streams.ts";
import { subjects } from "../subjects.ts";
import { connectNatsBus } from "./connect-nats-bus.ts";

const TURN = subjects.turn(testTenant("local"), "session");
const LONG = { withinMs: 30_000 };

describeWithServer("streams in a cluster of three", "nats", () => {
  let cluster: NatsCluster;
  beforeAll(async () => {
    cluster = await startNatsCluster();
  }, 60_000);
  afterAll(() => cluster.stop());

  async function open(options: { replicas?: number; warnings?: object[] } = {}): Promise<Bus> {
    const { warnings, ...rest } = options;
    const warn = (fields: object | string): void => {
      if (typeof fields === "object") warnings?.push(fields);
    };
    const logger = { ...SILENT_LOG, warn };
    const bus = await connectNatsBus({
      url: cluster.url,
      name: "cluster",
      pingIntervalMs: 300,
      drainWithinMs: 500,
      startWithinMs: 40_000,
      logger,
      ...rest,
    });
    onTestFinished(() => bus.drain());
    return bus;
  }

  async function operator() {
    const connection = await connect({ servers: cluster.url.split(",") });
    onTestFinished(() => connection.close());
    return jetstreamManager(connection, { timeout: 5_000 });
  }

  // Mutant: `ensureStream` updating a stream to our own numbers.
  test("a service that starts takes neither copies, age nor bytes from a stream, and says once that they differ", async () => {
    await open();
    const manager = await operator();
    const made = (await manager.streams.info("TURNS")).config;
    expect(made.num_replicas).toBe(3);
    const larger = {
      max_age: made.max_age + nanos(60_000),
      max_bytes: made.max_bytes + 1_024,
      max_msgs_per_subject: made.max_msgs_per_subject + 1,
    };
    await manager.streams.update("TURNS", larger);
    const warnings: object[] = [];
    const bus = await open({ replicas: 1, warnings });
    const { config } = await manager.streams.info("TURNS");
    expect(config).toMatchObject({ ...larger, num_replicas: 3 });
    const ofTurns = warnings.filter((fields) => "stream" in fields && fields.stream === "TURNS");
    expect(ofTurns).toEqual([
      expect.objectContaining({
        differs: ["max_age", "max_bytes", "max_msgs_per_subject", "num_replicas"],
      }),
    ]);
    const known = await eventually(() => bus.streams().find(({ name }) => name === "TURNS"), LONG);
    expect(known).toMatchObject({ replicas: 3, bytesMax: STREAMS.TURNS.maxBytes + 1_024 });
    expect(known?.differs).toHaveLength(4);
  }, 90_000);

  // Mutant: streams with one copy.
  test("kill -9 of the server that leads a stream loses no acknowledged turn, and others are taken soon", async () => {
    const bus = await open();
    const acknowledged: number[] = [];
    let wanted = true;
    const writing = (async () => {
      for (let number = 0; wanted; number += 1) {
        const appended = bus.append("TURNS", TURN, number, { id: `${number}`, deadlineMs: 5_000 });
        // One that is not acknowledged may be lost: whoever sent it knows.
        await appended.then(() => acknowledged.push(number)).catch(() => undefined);
      }
    })();
    const more = async (): Promise<void> => {
      const before = acknowledged.length;
      await eventually(() => acknowledged.length > before + 20, { withinMs: 60_000 });
    };
    await more();
    const { leader } = (await (await operator()).streams.info("TURNS")).cluster ?? {};
    await cluster.servers[Number(leader?.slice(1))]?.kill9();
    await more();
    wanted = false;
    await writing;
    const read = { messagesMax: 100_000, deadlineMs: 10_000 };
    // The copy that is read may be a moment behind the one that acknowledged.
    await eventually(async () => {
      const kept = (await bus.read("TURNS", TURN, read)).map(({ body }) => body);
      const held = new Set(kept);
      expect(acknowledged.filter((number) => !held.has(number))).toEqual([]);
      expect(kept).toHaveLength(held.size);
    }, LONG);
  }, 180_000);
});
