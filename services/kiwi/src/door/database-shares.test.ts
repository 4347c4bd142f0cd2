import { databaseShare } from "@lilux/database";
import type { KiwiApi } from "@lilux/rpc";
import { expect, test } from "vitest";
import { databaseShares } from "./database-shares.ts";

// Mutants: `execute` handed on as it is; steps of its events asked for outside the share.
test("what a call asks of a database is its tenant's share, at every step of what it tells", async () => {
  const seen: unknown[] = [];
  const api = {
    async search() {
      await Promise.resolve();
      seen.push(databaseShare());
    },
    async *execute() {
      for (const step of ["one", "two"]) {
        await Promise.resolve();
        seen.push(databaseShare());
        yield step;
      }
    },
  } as unknown as KiwiApi;
  const shared = databaseShares(api);
  const mandate = { weight: 3 } as never;
  await shared.search({ tenant: "acme" } as never, { mandate });
  const told: unknown[] = [];
  for await (const event of shared.execute({ tenant: "acme" } as never, { mandate })) {
    told.push(event);
    expect(databaseShare()).toBeUndefined();
  }
  expect(told).toEqual(["one", "two"]);
  expect(seen).toEqual(Array(3).fill({ tenant: "acme", weight: 3 }));
});
