import { type Bus, subjects } from "@lilux/bus";
import type { ModelStore, TenantDeployment } from "@lilux/database";
import type { Tenant } from "@lilux/protocol";
import { deploymentOf } from "./deployment-of.ts";

export interface TellDeploymentsDeps {
  bus: Pick<Bus, "append" | "publish">;
  store: Pick<ModelStore, "deployments" | "told">;
  /** Differs with each start, so that a revision that is told again is stored again. */
  start: string;
}

const STORE_WITHIN_MS = 5_000;

/**
 * Tells routers and orchestrators which models answer: of one tenant, of those who were not told yet,
 * or of all. Rejects as `append` does; whoever was not told stays so in the database.
 */
export async function tellDeployments(
  which: { tenant?: Tenant; isUntold?: boolean },
  { bus, store, start }: TellDeploymentsDeps,
): Promise<void> {
  const failures: unknown[] = [];
  for (const deployment of await store.deployments(which)) {
    try {
      await tell(deployment, { bus, start });
      await store.told(deployment.tenant, deployment.revision);
    } catch (thrown) {
      // One tenant's, such as a file that is gone, keeps no other from being told.
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function tell(
  deployment: TenantDeployment,
  { bus, start }: Pick<TellDeploymentsDeps, "bus" | "start">,
): Promise<void> {
  const { tenant, revision } = deployment;
  await bus.append("DEPLOYMENTS", subjects.deployment(tenant), deploymentOf(deployment), {
    id: `${tenant}-${revision}-${start}`,
    deadlineMs: STORE_WITHIN_MS,
  });
  bus.publish(subjects.deployed(tenant), { revision });
}
