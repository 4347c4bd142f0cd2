import { createInProcessBus, subjects } from "@lilux/bus";
import { createInMemoryContextStore } from "@lilux/context-store";
import type { Call, HabitEntry, WarmContext } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { fakeKiwi, startWarmer, type WarmerHarness } from "./testing/warmer-harness.ts";

const SOON = { withinMs: 15_000 };

function run(item_id: string): Call {
  return { name: "execute", arguments: { item_type: "script", item_id, action: "run" } };
}

const ran = (...ids: string[]) =>
  ids.map((id) => ({ callId: id, call: run(id), ok: true, durationMs: 1 }));

const idsOf = (context: WarmContext | undefined): string[] =>
  (context?.candidates ?? []).map(({ item_id }) => item_id);

/** Plays one turn that nobody chose a call for, until it is taken in. */
async function play(warmer: WarmerHarness, turnId: string, given: object = {}): Promise<void> {
  const [turns, ends] = [
    await warmer.count("turns_consumed_total"),
    await warmer.count("ends_consumed_total"),
  ];
  await warmer.turn("go on", undefined, turnId);
  await eventually(async () => (await warmer.count("turns_consumed_total")) > turns, SOON);
  await warmer.end({ turnId, ...given });
  await eventually(async () => (await warmer.count("ends_consumed_total")) > ends, SOON);
}

async function habitsOf(warmer: WarmerHarness): Promise<HabitEntry[]> {
  const options = { messagesMax: 100, deadlineMs: 10_000 };
  const messages = await warmer.bus.read("LESSONS", subjects.habit(testTenant("local")), options);
  return messages.map(({ body }) => body as HabitEntry);
}

test("what a turn worked with is learnt when it ended, where nobody chose it beforehand", async () => {
  // Mutant: `versionOf` is the same for both.
  const warmer = await startWarmer();
  await play(warmer, "t1", { calls: ran("email_enricher") });
  const context = await warmer.stored();
  expect(idsOf(context)[0]).toBe("outreach_campaign");
  expect((context?.version ?? 0) % 2).toBe(1);
  await play(warmer, "t2", { calls: ran("outreach_campaign") });
  expect(await warmer.count("worked_items_total", { outcome: "hit", work: "same" })).toBe(1);
  await warmer.stop();
});

test("what failed or was not finished is not taken for work", async () => {
  const warmer = await startWarmer();
  const failed = ran("email_enricher").map((call) => ({ ...call, ok: false }));
  await play(warmer, "t1", { calls: failed });
  await play(warmer, "t2", { calls: ran("email_enricher"), outcome: "cancelled" });
  expect(await warmer.stored()).toBeUndefined();
  expect(await habitsOf(warmer)).toEqual([]);
  await warmer.stop();
});

test("what the orchestrator names comes first, until it is done", async () => {
  const warmer = await startWarmer();
  const response = "Enriched. Next you may want to run `deploy_staging`.";
  await play(warmer, "t1", { calls: ran("email_enricher"), response });
  expect(idsOf(await warmer.stored())[0]).toBe("deploy_staging");
  const told = (await warmer.stored())?.candidates[0]?.score ?? 0;
  await play(warmer, "t2", { calls: ran("deploy_staging") });
  const done = (await warmer.stored())?.candidates.find(
    ({ item_id }) => item_id === "deploy_staging",
  );
  expect(done?.score ?? 0).toBeLessThan(told);
  await warmer.stop();
});

test("a text that was loaded makes its item hot", async () => {
  const warmer = await startWarmer();
  const load: Call = {
    name: "load",
    arguments: { item_type: "script", item_id: "email_enricher", source: "project" },
  };
  await play(warmer, "t1", { calls: [{ callId: "c", call: load, ok: true, durationMs: 1 }] });
  const context = await warmer.stored();
  expect(context?.state).toBe("hot");
  const loaded = context?.candidates.find(({ item_id }) => item_id === "email_enricher");
  expect(loaded?.inputs).toBeDefined();
  await warmer.stop();
});

test("what followed what is kept, counts in later sessions and after a restart, and can be taken back", async () => {
  const bus = createInProcessBus();
  const store = createInMemoryContextStore();
  const first = await startWarmer({ bus, store });
  for (const round of ["a", "b", "c"]) {
    await play(first, `${round}1`, { calls: ran("email_enricher") });
    await play(first, `${round}2`, { calls: ran("deploy_staging") });
  }
  const kept = (await habitsOf(first)).map((entry) => (entry.type === "step" ? entry.to : ""));
  expect(kept).toEqual(
    Array.from({ length: 3 }, () => [
      "script:email/outreach/email_enricher",
      "script:deployment/deploy_staging",
    ]).flat(),
  );
  expect(JSON.stringify(await habitsOf(first))).not.toContain("go on");
  await first.stop();

  const second = await startWarmer({ bus, store });
  // The book is read in the background: the first turn may come before it.
  await eventually(async () => {
    await play(second, crypto.randomUUID(), { calls: ran("email_enricher") });
    const ids = idsOf(await second.stored());
    return ids.includes("deploy_staging");
  }, SOON);
  for (const round of ["a", "b", "c"]) await second.refute(`${round}2`);
  await eventually(
    async () => (await habitsOf(second)).filter(({ type }) => type === "refuted").length === 3,
    SOON,
  );
  await second.stop();
});

test("of a tenant that did not agree nothing is kept", async () => {
  // Mutant: `learn` does not ask mayLearn.
  const warmer = await startWarmer({ learn: "another", kiwi: fakeKiwi() });
  await play(warmer, "t1", { calls: ran("email_enricher") });
  await play(warmer, "t2", { calls: ran("deploy_staging") });
  await warmer.refute("t2");
  expect(idsOf(await warmer.stored()).length).toBeGreaterThan(0);
  expect(await habitsOf(warmer)).toEqual([]);
  await warmer.stop();
});
