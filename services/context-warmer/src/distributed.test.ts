import { connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { describeWithServer, eventually, startNatsServer, startRedisServer } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { candidate, startWarmer } from "./testing/warmer-harness.ts";

const SOON = { withinMs: 10_000 };
const FOUND = [candidate("outreach_campaign", 0.84), candidate("email_enricher", 0.8)];

async function ownServers() {
  const nats = await startNatsServer({ owned: true });
  const redis = await startRedisServer({ owned: true });
  const bus = await connectNatsBus({ url: nats.url, name: "warmer-and-gateway" });
  const store = await connectRedisContextStore({ url: redis.url, deadlineMs: 500 });
  onTestFinished(async () => {
    await bus.drain();
    await store.close();
    await Promise.all([nats.stop(), redis.stop()]);
  });
  return { nats, redis, bus, store };
}

describeWithServer("the warmer on NATS and Redis", ["nats", "redis"], () => {
  test("a turn stored in JetStream becomes a context in Redis", async () => {
    const { bus, store } = await ownServers();
    const warmer = await startWarmer({ bus, store });
    warmer.kiwi.answers = FOUND;
    const sequence = await warmer.turn("enrich the email outreach list");
    await eventually(() => warmer.announced.length === 1, SOON);
    const context = await warmer.stored();
    expect(context?.version).toBe(2 * sequence);
    expect(context?.candidates.map(({ item_id }) => item_id)).toEqual(
      FOUND.map(({ item_id }) => item_id),
    );
    await warmer.stop();
  });

  test("with Redis dead it announces, and stores again when Redis is back", async () => {
    const { redis, bus, store } = await ownServers();
    const warmer = await startWarmer({ bus, store });
    warmer.kiwi.answers = FOUND;
    await redis.kill9();
    await warmer.turn("enrich the email outreach list");
    await eventually(() => warmer.announced.length === 1, SOON);
    await redis.restart();
    await eventually(() => store.connected(), SOON);
    const sequence = await warmer.turn("enrich the email outreach list again");
    await eventually(async () => (await warmer.stored())?.version === 2 * sequence, SOON);
    await warmer.stop();
  });

  test("with NATS killed and started again it goes on by itself", async () => {
    const { nats, bus, store } = await ownServers();
    const warmer = await startWarmer({ bus, store });
    warmer.kiwi.answers = FOUND;
    await warmer.turn("enrich the email outreach list");
    await eventually(() => warmer.announced.length === 1, SOON);
    await nats.kill9();
    await eventually(() => !bus.connected(), SOON);
    await nats.restart();
    await eventually(() => bus.connected(), SOON);
    const sequence = await warmer.turn("enrich the email outreach list again");
    await eventually(async () => (await warmer.stored())?.version === 2 * sequence, SOON);
    await warmer.stop();
  });
});
