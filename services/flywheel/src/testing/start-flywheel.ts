import { createInProcessBus, subjects } from "@lilux/bus";
import type { Database } from "@lilux/database";
import type { FlywheelRequest, FlywheelState, Interaction } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { createManualClock, testTenant } from "@lilux/testkit";
import { onTestFinished } from "vitest";
import { flywheelConfig } from "../config.ts";
import { createFlywheelService } from "../service.ts";

const logger = createLogger({ service: "test", level: "silent" });
let tenants = 0;

/** A flywheel of its own bus, and a tenant of the database that nobody else uses. */
export async function startFlywheel({
  env = {},
  database,
  isBusTimed = false,
}: {
  env?: Record<string, string>;
  database: () => Database;
  /** The bus hands messages out again by the test's clock. */
  isBusTimed?: boolean;
}) {
  const tenant = `tenant-${++tenants}`;
  const clock = createManualClock();
  const bus = createInProcessBus(isBusTimed ? { clock } : {});
  const deps = { bus, database: database(), logger, clock };
  const service = createFlywheelService(flywheelConfig(env), deps);
  await service.start();
  onTestFinished(async () => {
    await service.stop();
    await bus.drain();
  });
  const ask = (request: FlywheelRequest, of = tenant) =>
    bus.request(subjects.flywheel(testTenant(of)), request, { deadlineMs: 120_000 });
  let sent = 0;
  return {
    tenant,
    ask,
    bus,
    service,
    state: async (of = tenant) => (await ask({ do: "show" }, of)) as FlywheelState,
    clock,
    async send(interaction: Interaction, id = `i${++sent}`) {
      const whole = {
        ...interaction,
        tenant: interaction.tenant === "acme" ? tenant : interaction.tenant,
      };
      await bus.append("INTERACTIONS", subjects.interaction(testTenant(whole.tenant)), whole, {
        id,
      });
    },
    taken: async (outcome: string) => {
      const metric = service.registry.getSingleMetric("lilux_flywheel_interactions_total");
      const values = (await metric?.get())?.values ?? [];
      return values.find(({ labels }) => labels["outcome"] === outcome)?.value ?? 0;
    },
  };
}
