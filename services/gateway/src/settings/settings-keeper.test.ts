import { createInProcessBus, subjects } from "@lilux/bus";
import type { FlywheelRequest, TenantRecord, TenantSettings } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { createManualClock, eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createSettingsKeeper } from "./settings-keeper.ts";

const DAY = 24 * 60 * 60 * 1_000;
const SOON = { withinMs: 50_000 };

/** A keeper with a real bus on a clock of the test's, and a flywheel that may be away. */
async function start(known: Record<string, TenantSettings> = {}) {
  const clock = createManualClock();
  const bus = createInProcessBus({ clock });
  const asked: (FlywheelRequest & { tenant: string })[] = [];
  const flywheel = { isAway: false, refused: 0 };
  const door = bus.respond(subjects.ofAllTenants("flywheel"), async ({ subject, body }) => {
    if (flywheel.isAway) {
      flywheel.refused += 1;
      throw new Error("away");
    }
    asked.push({ ...(body as FlywheelRequest), tenant: subject.split(".")[2] ?? "" });
    return { turns: 0, staleDatasets: 0 };
  });
  const noted = new Map<string, TenantSettings>();
  const records = Object.entries(known).map(
    ([tenant, settings]) => ({ tenant, settings, state: "active" }) as TenantRecord,
  );
  const keeper = createSettingsKeeper({
    store: { tenants: async ({ after }) => (after === "" ? records : []) },
    bus,
    note: (tenant, settings) => void noted.set(tenant, settings),
    clock,
    logger: createLogger({ service: "test", level: "silent" }),
  });
  await keeper.part.start?.();
  onTestFinished(async () => {
    await keeper.part.stop?.(Date.now());
    await door.close();
    await bus.drain();
  });
  const say = (tenant: string, text: string) => {
    const id = `${tenant}${text}`;
    return bus.append("INTERACTIONS", subjects.interaction(testTenant(tenant)), { text }, { id });
  };
  const said = async (tenant: string) => {
    const options = { messagesMax: 10, deadlineMs: 60_000 };
    const found = await bus.read("INTERACTIONS", subjects.interaction(testTenant(tenant)), options);
    return found.map(({ body }) => (body as { text: string }).text);
  };
  return { keeper, clock, asked, flywheel, noted, say, said };
}

// Mutants: a purge without `before`; of all tenants' subjects; days that are hours.
test("what is older than a tenant lets it become is deleted, and neither what is newer nor what is another's", async () => {
  const { keeper, clock, asked, say, said } = await start();
  await say("acme", "old");
  await say("acmex", "old");
  clock.advance(7 * DAY + 1_000);
  await say("acme", "new");
  keeper.changed({ tenant: testTenant("acme"), settings: { retention: { days: 7 } } });
  await eventually(async () => expect(await said("acme")).toEqual(["new"]), SOON);
  expect(await said("acmex")).toEqual(["old"]);
  await eventually(() => asked.length === 1, SOON);
  const [{ tenant, ...request } = {}] = asked;
  expect({ tenant, request }).toMatchObject({ tenant: "acme", request: { do: "delete-turns" } });
  const before = request && "before" in request ? Number(request.before) : Number.NaN;
  expect(Math.abs(before - (clock.unix() - 7 * DAY))).toBeLessThan(1_000);
});

// Mutant: a pass that looks at what changed here alone.
test("a gateway that starts keeps to what every tenant set, and goes on doing so as time passes", async () => {
  const { clock, noted, say, said } = await start({
    acme: { retention: { days: 1 } },
    beta: { speculation: "off" },
  });
  await eventually(() => noted.size === 2, SOON);
  await say("acme", "mine");
  clock.advance(DAY);
  await eventually(async () => {
    // The hour of the next pass, whichever of its pauses it is in.
    clock.advance(60 * 60 * 1_000);
    expect(await said("acme")).toEqual([]);
  }, SOON);
});

// Mutants: a failure that is forgotten; a consent that was taken back meanwhile, told all the same.
test("a flywheel that is away is told what may be kept when it is back, and only what counts then", async () => {
  const { keeper, clock, asked, flywheel } = await start();
  flywheel.isAway = true;
  keeper.changed({ tenant: testTenant("acme"), settings: { consent: "full" } });
  keeper.changed({ tenant: testTenant("beta"), settings: { consent: "none" } });
  await eventually(() => flywheel.refused >= 2, SOON);
  keeper.changed({ tenant: testTenant("acme"), settings: {} });
  flywheel.isAway = false;
  await eventually(() => {
    clock.advance(10_000);
    expect(asked).toContainEqual({ do: "consent", level: "none", tenant: "beta" });
  }, SOON);
  expect(asked.filter(({ tenant }) => tenant === "acme")).toEqual([]);
});
