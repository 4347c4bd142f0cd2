import { answerDeletions, createInProcessBus, type Subscription, subjects } from "@lilux/bus";
import { createTenantStore } from "@lilux/database";
import type { DeletionPart, StorageBytes } from "@lilux/protocol";
import { createManualClock, eventually, silentLogger, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { sharedTenantDatabase } from "../testing/shared-tenant-database.ts";
import { createStorageMeter } from "./storage-meter.ts";

const HOUR_MS = 3_600_000;
const SOON = { withinMs: 100_000 };
const database = sharedTenantDatabase();

/** So many meters as there are gateways, on one bus and one database, beside parts that say what they are told to. */
async function start({ gateways }: { gateways: number }) {
  const clock = createManualClock();
  const bus = createInProcessBus({ clock });
  const store = createTenantStore(database(), { deadlineMs: 60_000 });
  const act = { actor: "operator", at: 1 };
  for (const tenant of ["acme", "globex", "leaving"]) {
    await store
      .createTenant({ tenant: testTenant(tenant), plan: "team", limits: {}, settings: {} }, act)
      .catch(() => undefined);
  }
  await store.beginDeletion({ tenant: testTenant("leaving"), without: [] }, act);
  const parts: Subscription[] = [];
  const part = (name: DeletionPart, bytesOf: (tenant: string) => StorageBytes): Subscription => {
    const answering = answerDeletions(bus, name, {
      delete: async () => ({}),
      measure: async (tenant) => bytesOf(tenant),
    });
    parts.push(answering);
    return answering;
  };
  const meters = Array.from({ length: gateways }, () =>
    createStorageMeter({ bus, store, clock, logger: silentLogger() }),
  );
  for (const meter of meters) await meter.start?.();
  onTestFinished(async () => {
    for (const meter of meters) await meter.stop?.(Date.now());
    for (const answering of parts) await answering.close();
    await bus.drain();
  });
  const kept = (tenant: string) =>
    store.storage({ tenant: testTenant(tenant), from: "0001-01-01", to: "9999-12-31", limit: 10 });
  /** All meters have done what the hour wants, and wait for the next. */
  const isQuiet = () => eventually(() => clock.sleepers(60_000) === gateways, SOON);
  return { bus, clock, part, kept, isQuiet };
}

// Mutants: a measure for each gateway; a part that is away as one that keeps nothing; streams of another tenant;
// tenants that are being deleted.
test("what each tenant keeps is asked of every part once an hour, whichever gateway asks, and a part that is away leaves a gap alone", async () => {
  const { bus, clock, part, kept, isQuiet } = await start({ gateways: 3 });
  const isAcme = (tenant: string) => tenant === "acme";
  part("kiwi", (tenant) => (isAcme(tenant) ? { items: 1_000, registry: 10 } : { items: 5 }));
  part("flywheel", (tenant) => ({ learning: isAcme(tenant) ? 300 : 0 }));
  const warmer = part("context-warmer", () => ({ contexts: 7 }));
  const text = "x".repeat(2_000);
  await bus.append("TURNS", subjects.turn(testTenant("acme"), "s"), { text }, { id: "t" });
  await bus.append("LESSONS", subjects.lesson(testTenant("acme")), { text }, { id: "l" });

  clock.advance(60_000);
  await isQuiet();
  const [first] = await kept("acme");
  expect(first).toMatchObject({ measures: 1, bytes: { items: 1_000, registry: 10, contexts: 7 } });
  const { turns = 0, learning = 0 } = first?.bytes ?? {};
  expect(turns).toBeGreaterThan(2_000);
  expect(learning).toBeGreaterThan(2_300);
  expect(first?.bytes).not.toHaveProperty("history");
  expect(first?.byteHours).toBe(1_017 + turns + learning);
  const ofGlobex = (await kept("globex")).map(({ measures, bytes }) => ({ measures, bytes }));
  expect(ofGlobex).toEqual([
    { measures: 1, bytes: { items: 5, turns: 0, contexts: 7, learning: 0 } },
  ]);

  await warmer.close();
  clock.advance(HOUR_MS);
  await isQuiet();
  expect(await kept("acme")).toMatchObject([
    {
      measures: 2,
      bytes: { items: 1_000, contexts: 7 },
      byteHours: 2 * (1_010 + turns + learning) + 7,
    },
  ]);
  expect(await kept("leaving")).toEqual([]);
});
