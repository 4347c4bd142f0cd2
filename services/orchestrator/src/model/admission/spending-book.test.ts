import {
  type ContextStore,
  connectRedisContextStore,
  createInMemoryContextStore,
} from "@lilux/context-store";
import { SYSTEM_CLOCK } from "@lilux/core/async";
import { SILENT_LOG } from "@lilux/core/telemetry";
import { describeWithServer, startRedisServer, type TestServer, testTenant } from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createSpendingBook } from "./spending-book.ts";

const bookOn = (store: ContextStore) =>
  createSpendingBook({ store, clock: SYSTEM_CLOCK, logger: SILENT_LOG });

function describeBook(name: string, open: () => Promise<ContextStore[]>): void {
  describe(`spending counted ${name}`, () => {
    // Mutant: a version that does not rise with each write.
    test("of replicas that reserve at once, no more is granted than the limit, and nothing is lost", async () => {
      const books = (await open()).map(bookOn);
      const limits = { tokensPerDay: 100 };
      const reserve = async (index: number) => {
        const book = books[index % books.length];
        if (book === undefined) throw new Error("no replica");
        return book.reserve(testTenant("acme"), { tokens: 10, cost: 1 }, limits);
      };
      const reservations = await Promise.allSettled(
        Array.from({ length: 40 }, (_, at) => reserve(at)),
      );
      const granted = reservations.flatMap((each) =>
        each.status === "fulfilled" ? [each.value] : [],
      );
      expect(granted).toHaveLength(10);
      for (const each of reservations) {
        if (each.status === "rejected")
          expect(each.reason).toMatchObject({ code: "budget_exhausted" });
      }
      await Promise.all(granted.map((each) => each.settle({ tokens: 4, cost: 3 })));
      await granted[0]?.settle({ tokens: 4, cost: 3 });
      for (const book of books) {
        expect(await book.spentToday(testTenant("acme"))).toEqual({ tokens: 40, cost: 30 });
        expect(await book.spentToday(testTenant("other"))).toEqual({ tokens: 0, cost: 0 });
      }
    });
  });
}

describeBook("in one process", async () => {
  const store = createInMemoryContextStore();
  return [store, store];
});

describeWithServer("Redis", "redis", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());
  describeBook("on Redis", async () => {
    const open = async () => {
      const store = await connectRedisContextStore({ url: server.url, deadlineMs: 5_000 });
      onTestFinished(() => store.close());
      return store;
    };
    return [await open(), await open()];
  });
});

// Mutant: `reserve` that takes an account whatever the limits are.
test("whoever has no limit waits for no store before the first word, and is counted", async () => {
  const store = createInMemoryContextStore();
  let asked = 0;
  const get: ContextStore["get"] = (key) => {
    asked += 1;
    return store.get(key);
  };
  const book = bookOn({ ...store, get });
  const nothing = { tokensPerDay: undefined };
  const reservation = await book.reserve(testTenant("acme"), { tokens: 10, cost: 1 }, nothing);
  expect(asked).toBe(0);
  await reservation.settle({ tokens: 4, cost: 3 });
  expect(await book.spentToday(testTenant("acme"))).toEqual({ tokens: 4, cost: 3 });
});

test("while the store is away each process holds to the same limits by itself", async () => {
  const store = createInMemoryContextStore();
  await store.close();
  const book = bookOn(store);
  const limits = { tokensPerDay: 25 };
  await book.reserve(testTenant("acme"), { tokens: 10, cost: 0 }, limits);
  await book.reserve(testTenant("acme"), { tokens: 10, cost: 0 }, limits);
  await expect(
    book.reserve(testTenant("acme"), { tokens: 10, cost: 0 }, limits),
  ).rejects.toMatchObject({
    code: "budget_exhausted",
    details: { limit: "tokens_per_day" },
  });
});
