import { createInProcessBus, subjects } from "@lilux/bus";
import { SYSTEM_CLOCK } from "@lilux/core/async";
import { SILENT_LOG } from "@lilux/core/telemetry";
import { itemSummary } from "@lilux/library-index/testing";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, it } from "vitest";
import { createLibrarySummary } from "./library-summary.ts";

it("tells of the library by category, and follows its changes without listing it again", async () => {
  // Mutant: announcements are not heard.
  const bus = createInProcessBus({});
  let listings = 0;
  const kiwi = {
    listItems: async () => {
      listings += 1;
      const items = [itemSummary("script:email/send"), itemSummary("script:email/check")];
      return { version: "v1", items, broken: [] };
    },
  };
  const summary = createLibrarySummary({ bus, kiwi, clock: SYSTEM_CLOCK, logger: SILENT_LOG });
  summary.start();
  await eventually(
    async () => expect(await summary.of(testTenant("local"))).toContain("- 2 scripts: email 2"),
    { withinMs: 20_000 },
  );
  const changes = [
    { key: "script:email/check" },
    { key: "script:data/clean", item: itemSummary("script:data/clean") },
  ];
  const change = { tenant: "local", version: "v2", before: "v1", changed: [], changes };
  bus.publish(subjects.library(testTenant("local")), change);
  await eventually(
    async () =>
      expect(await summary.of(testTenant("local"))).toContain("- 2 scripts: data 1, email 1"),
    { withinMs: 20_000 },
  );
  expect(listings).toBe(1);
  await summary.stop();
  await bus.drain();
});
