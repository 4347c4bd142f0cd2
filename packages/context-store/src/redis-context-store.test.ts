import {
  describeWithServer,
  eventually,
  startRedisServer,
  type TestServer,
  testTenant,
} from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ContextStore } from "./context-store.ts";
import { keys } from "./keys.ts";
import { connectRedisContextStore } from "./redis-context-store.ts";
import { describeContextStoreContract } from "./testing/contract.ts";

const DEADLINE_MS = 25;
/** The deadline, and what busy cores may add to a timer. A hang would be seconds. */
const IN_TIME_MS = 2_000;
const PATIENT = { withinMs: 30_000 };
const LONG = { withinMs: 10_000 };
/** A machine that is busy with other tests must not turn an answer into a miss. */
const UNHURRIED_MS = 2_000;

describeWithServer("Redis", "redis", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  describeContextStoreContract("the Redis store", () =>
    connectRedisContextStore({ url: server.url, deadlineMs: UNHURRIED_MS }),
  );
});

describeWithServer("a store whose Redis fails", "redis", () => {
  async function ownStore(): Promise<{ server: TestServer; store: ContextStore }> {
    const server = await startRedisServer({ owned: true });
    const store = await connectRedisContextStore({ url: server.url, deadlineMs: DEADLINE_MS });
    onTestFinished(async () => {
      await store.close();
      await server.stop();
    });
    await eventually(() => works(store), LONG);
    return { server, store };
  }

  // Mutant: a deadlineMs of 60 s whatever was asked for.
  test("hung, it answers unavailable within its deadline, and recovers", async () => {
    const { server, store } = await ownStore();
    await server.freeze();
    for (let round = 0; round < 20; round += 1) {
      expect(await timed(() => store.get("key"))).toBeLessThan(IN_TIME_MS);
      expect(await timed(() => write(store))).toBeLessThan(IN_TIME_MS);
    }
    expect(await store.get("key")).toEqual({ state: "unavailable" });
    expect(store.connected()).toBe(false);
    await server.thaw();
    await eventually(() => works(store), LONG);
  });

  // Mutant: the probe left out; a quiet system then takes a hung server for one that is there.
  test("hung while nobody asks it anything, it is known not to answer, and known again when it does", async () => {
    const server = await startRedisServer({ owned: true });
    const options = { deadlineMs: UNHURRIED_MS, probeEveryMs: 50 };
    const store = await connectRedisContextStore({ url: server.url, ...options });
    onTestFinished(async () => {
      await store.close();
      await server.stop();
    });
    await eventually(() => store.connected(), LONG);
    await server.freeze();
    await eventually(() => !store.connected(), PATIENT);
    await server.thaw();
    await eventually(() => store.connected(), PATIENT);
  });

  test("hung for long under load, it holds few calls up and none past the deadline", async () => {
    const { server, store } = await ownStore();
    await server.freeze();
    const endsAt = performance.now() + 1_500;
    let slowest = 0;
    while (performance.now() < endsAt) {
      const burst = Array.from({ length: 50 }, () => timed(() => store.get("key")));
      slowest = Math.max(slowest, ...(await Promise.all(burst)));
    }
    expect(slowest).toBeLessThan(IN_TIME_MS);
    await server.thaw();
    await eventually(() => works(store), LONG);
  });

  test("dead, it answers at once, and comes back by itself", async () => {
    const { server, store } = await ownStore();
    await server.kill9();
    await eventually(() => !store.connected(), LONG);
    expect(await timed(() => store.get("key"))).toBeLessThan(IN_TIME_MS);
    expect(await write(store)).toBe("unavailable");
    await server.restart();
    await eventually(() => works(store), LONG);
  });

  test("a start without Redis goes on without it, and finds it later", async () => {
    const server = await startRedisServer({ owned: true });
    await server.kill9();
    const store = await connectRedisContextStore({ url: server.url, startWithinMs: 50 });
    expect(await store.get("key")).toEqual({ state: "unavailable" });
    await server.restart();
    await eventually(() => works(store), LONG);
    await store.close();
    await server.stop();
  });
});

describe("the Redis url", () => {
  test("that is none is refused by the variable's name", async () => {
    const bad = connectRedisContextStore({ url: "localhost:6379" });
    await expect(bad).rejects.toThrow(/LILUX_REDIS_URL/);
  });
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

let version = 0;

function write(store: ContextStore): Promise<string> {
  version += 1;
  return store.putIfNewer("key", { version, value: 1, ttlMs: 60_000 });
}

async function works(store: ContextStore): Promise<boolean> {
  return (await write(store)) === "stored" && (await store.get("key")).state === "found";
}

describeWithServer("a store whose bound is reached", "redis", () => {
  // Mutants: `makeRoom` that deletes nothing; one owner for all keys.
  test("a tenant that fills what a process may keep in Redis loses its own oldest, and no other's", async () => {
    const server = await startRedisServer();
    const options = { url: server.url, deadlineMs: UNHURRIED_MS, bytesMax: 2_000 };
    const store = await connectRedisContextStore(options);
    onTestFinished(async () => {
      await store.close();
      await server.stop();
    });
    const put = (key: string) =>
      store.putIfNewer(key, { version: 1, value: "x".repeat(48), ttlMs: 60_000 });
    const quiet = [
      keys.context(testTenant("quiet"), "s1"),
      keys.history(testTenant("quiet"), "s1"),
    ];
    for (const key of [...quiet, keys.spending(testTenant("loud"))])
      expect(await put(key)).toBe("stored");
    for (let session = 0; session < 60; session += 1) {
      expect(await put(keys.context(testTenant("loud"), `s${session}`))).toBe("stored");
    }
    const gone = keys.context(testTenant("loud"), "s1");
    await eventually(async () => (await store.get(gone)).state === "missing", LONG);
    for (const key of [
      ...quiet,
      keys.spending(testTenant("loud")),
      keys.context(testTenant("loud"), "s59"),
    ]) {
      expect(await store.get(key)).toMatchObject({ state: "found" });
    }
  });
});
