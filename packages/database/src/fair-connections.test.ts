import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createDatabase } from "./create-database.ts";
import type { DatabaseDriver } from "./database-driver.ts";
import { withDatabaseShare } from "./database-share.ts";

/** A database whose every statement takes as long as the test says; nothing of it is real but the order. */
function setUp(connectionsMax: number) {
  const begun: string[] = [];
  const running: PromiseWithResolvers<void>[] = [];
  const driver: DatabaseDriver = {
    kind: "postgres",
    connectionsMax,
    isUntouched: () => false,
    open: async () => undefined,
    connect: async () => ({ run: async () => [], release: () => undefined }),
    close: async () => undefined,
  };
  const database = createDatabase(driver);
  const ask = (tenant: string, weight?: number): Promise<void> =>
    withDatabaseShare({ tenant: testTenant(tenant), weight }, () =>
      database.transaction(
        async () => {
          begun.push(tenant);
          const gate = Promise.withResolvers<void>();
          running.push(gate);
          await gate.promise;
        },
        { deadlineMs: 600_000 },
      ),
    );
  return {
    begun,
    ask,
    database,
    /** The transaction that runs for longest ends, and all that follows from it has happened. */
    async endOne() {
      running.shift()?.resolve();
      await settled();
    },
  };
}

/** All that follows from what happened has happened: nothing here waits for anything but promises. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

// Mutants: `transaction` that takes no place; one flow for everybody.
test("with one connection a tenant waits for one transaction of another that has fifty waiting, each time", async () => {
  const { begun, ask, database, endOne } = setUp(1);
  await database.ready();
  for (let asked = 0; asked < 50; asked += 1) void ask("loud");
  await settled();
  const waits: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const before = begun.length;
    void ask("quiet");
    await settled();
    while (begun.at(-1) !== "quiet") await endOne();
    waits.push(begun.length - before - 1);
  }
  // One is running already, and at most one more of the other's turn comes first.
  expect(Math.max(...waits)).toBeLessThanOrEqual(1);
});

// Mutant: `enter` that gives nothing back.
test("of several connections the last is kept from whoever holds others, and a flood is refused while a newcomer is not", async () => {
  const { begun, ask, database } = setUp(4);
  await database.ready();
  void ask("quiet");
  await settled();
  const loud = Array.from({ length: 400 }, () => ask("loud"));
  const refused = await Promise.allSettled(loud.slice(300));
  expect(refused.every(({ status }) => status === "rejected")).toBe(true);
  expect(refused[0]).toMatchObject({
    reason: { code: "overloaded", details: { limit: "database_connections" } },
  });
  for (const one of loud) one.catch(() => undefined);
  await settled();
  expect(begun.filter((tenant) => tenant === "loud")).toHaveLength(2);
  const before = begun.length;
  void ask("newcomer");
  await settled();
  expect(begun.slice(before)).toEqual(["newcomer"]);
});
