import { createFairPlaces } from "@lilux/core/fairness";
import type { KiwiApi } from "@lilux/rpc";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { fairApi } from "./fair-api.ts";

// Mutants: `search` past the places; `inPlace` that leaves its place only when all went well.
test("a tenant's calls wait for its own others, a neighbour's do not, and a place is left also when a call fails", async () => {
  const begun: string[] = [];
  const held = new Map<string, PromiseWithResolvers<never>>();
  const api = {
    search({ tenant }: { tenant: string }) {
      begun.push(tenant);
      const gate = Promise.withResolvers<never>();
      held.set(`${tenant} ${begun.length}`, gate);
      return gate.promise;
    },
  } as unknown as KiwiApi;
  const bounds = { placesMax: 2, waitingMax: 100, limit: "calls", weightOf: () => 1, now: () => 0 };
  const fair = fairApi(api, createFairPlaces(bounds));
  const ask = (tenant: string): Promise<unknown> =>
    fair.search(
      { tenant: testTenant(tenant), arguments: { item_type: "script", query: "x" } },
      { deadlineMs: 600_000 },
    );
  const asked = [ask("quiet"), ask("loud"), ask("loud"), ask("loud"), ask("quiet")];
  for (const one of asked) one.catch(() => undefined);
  await eventually(() => begun.length === 2, { withinMs: 60_000 });
  held.get("quiet 1")?.reject(new Error("failed"));
  // Of the two that came first, one was the quiet one's; the next is again the one that holds none.
  await eventually(() => begun.length === 3, { withinMs: 60_000 });
  expect(begun).toEqual(["quiet", "loud", "quiet"]);
  await expect(asked[0]).rejects.toThrow("failed");
});
