import {
  type ContextStore,
  createInMemoryContextStore,
  type StoreRead,
} from "@lilux/context-store";
import type { WarmContext } from "@lilux/protocol";
import { clockOf, testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { createNearContext } from "./near-context.ts";

function contextOf(version: number, expiresAt = 10_000): WarmContext {
  return {
    tenant: "local",
    sessionId: "s1",
    version,
    state: "warm",
    confidence: 0.9,
    domain: null,
    query: "",
    candidates: [],
    warmedAt: 0,
    expiresAt,
  };
}

function setUp(reads: (() => Promise<StoreRead>)[]) {
  let now = 1_000;
  let asked = 0;
  const store: ContextStore = {
    ...createInMemoryContextStore({}),
    get() {
      const read = reads[asked];
      asked += 1;
      if (read === undefined) throw new Error(`read ${asked} is not scripted`);
      return read();
    },
  };
  const near = createNearContext(
    { waitMs: 5, sessionsMax: 100, entryTtlMs: 5_000 },
    { store, clock: clockOf(() => now) },
  );
  return {
    near,
    read: () => near.read(testTenant("local"), "s1"),
    asked: () => asked,
    passTime(ms: number) {
      now += ms;
    },
  };
}

const found = (version: number, expiresAt?: number) => async (): Promise<StoreRead> => ({
  state: "found",
  version,
  value: contextOf(version, expiresAt),
});
const missing = async (): Promise<StoreRead> => ({ state: "missing" });
const unavailable = async (): Promise<StoreRead> => ({ state: "unavailable" });

describe("createNearContext", () => {
  it("asks the store once, until something newer is announced", async () => {
    // Mutant: `invalidate` does not delete the entry.
    const { near, read, asked } = setUp([found(1), found(2)]);
    expect(await read()).toMatchObject({ outcome: "store", context: { version: 1 } });
    expect(await read()).toMatchObject({ outcome: "near", context: { version: 1 } });
    expect(asked()).toBe(1);
    near.invalidate(testTenant("local"), "s1");
    expect(await read()).toMatchObject({ outcome: "store", context: { version: 2 } });
  });

  it("does not keep a read that an announcement overtook", async () => {
    // Mutant: `fetchEntry` stores whatever the generation.
    const slow = Promise.withResolvers<StoreRead>();
    const { near, read } = setUp([() => slow.promise, found(2)]);
    const overtaken = read();
    near.invalidate(testTenant("local"), "s1");
    slow.resolve({ state: "found", version: 1, value: contextOf(1) });
    await overtaken;
    expect(await read()).toMatchObject({ context: { version: 2 } });
  });

  it("does not wait for a slow store, and uses its answer the next time", async () => {
    // Mutant: `read` awaits `fetchEntry` without `within`.
    const slow = Promise.withResolvers<StoreRead>();
    const { read, asked } = setUp([() => slow.promise]);
    expect(await read()).toEqual({ context: undefined, outcome: "late" });
    slow.resolve({ state: "found", version: 1, value: contextOf(1) });
    await slow.promise;
    expect(await read()).toMatchObject({ context: { version: 1 } });
    expect(asked()).toBe(1);
  });

  it("leaves a store that does not answer alone for a moment", async () => {
    const { read, asked, passTime } = setUp([unavailable, found(1)]);
    expect(await read()).toEqual({ context: undefined, outcome: "unavailable" });
    expect(await read()).toEqual({ context: undefined, outcome: "unavailable" });
    expect(asked()).toBe(1);
    passTime(251);
    expect(await read()).toMatchObject({ outcome: "store" });
  });

  it("never answers with a context that has expired", async () => {
    // Mutant: `answerOf` does not look at `expiresAt`.
    const { read, passTime } = setUp([found(1, 2_000)]);
    expect((await read()).context?.version).toBe(1);
    passTime(1_001);
    expect(await read()).toEqual({ context: undefined, outcome: "near" });
  });

  it("remembers that there is none, and asks again after a while in case news was lost", async () => {
    const { read, asked, passTime } = setUp([missing, found(1)]);
    expect((await read()).outcome).toBe("missing");
    expect((await read()).outcome).toBe("missing");
    expect(asked()).toBe(1);
    passTime(5_001);
    expect(await read()).toMatchObject({ context: { version: 1 } });
  });

  it("takes a value of a form it does not know for none", async () => {
    const { read } = setUp([async () => ({ state: "found", version: 1, value: { odd: true } })]);
    expect(await read()).toEqual({ context: undefined, outcome: "unavailable" });
  });
});
