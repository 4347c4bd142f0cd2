import {
  type Bus,
  createDeploymentBook,
  type Subscription,
  subjects,
  tenantOfSubject,
} from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import {
  ACT_FLOOR,
  DEFAULT_THRESHOLDS,
  STRICT_THRESHOLDS,
  type Tenant,
  type TenantSettings,
  type Thresholds,
} from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";

/** How sure a prediction must be for this tenant, as it is known now. Never waits. */
export type ThresholdsOf = (tenant: Tenant) => Thresholds;

export interface TenantThresholds {
  of: ThresholdsOf;
  /** Listens to what is announced. */
  part: Part;
}

export interface TenantThresholdsDeps {
  bus: Pick<Bus, "read" | "subscribe">;
  clock: Clock;
  logger: Logger;
  settingsOf(tenant: Tenant): TenantSettings;
}

/**
 * The bars that a tenant chose; else the gateway's own bars, unless the flywheel fitted the tenant's bar of acting to what its people
 * took. Whatever it says: nothing acts below the floor, nor below what is shown.
 */
export function createTenantThresholds(
  { thresholds: own }: { thresholds: Thresholds },
  { bus, clock, logger, settingsOf }: TenantThresholdsDeps,
): TenantThresholds {
  const book = createDeploymentBook({ bus, clock, logger });
  let subscription: Subscription | undefined;
  return {
    of(tenant) {
      const { thresholds: chosen } = settingsOf(tenant);
      if (chosen === "strict") return STRICT_THRESHOLDS;
      if (chosen === "standard") return DEFAULT_THRESHOLDS;
      const act = book.of(tenant)?.thresholds?.act;
      return act === undefined ? own : { ...own, act: Math.max(act, own.show, ACT_FLOOR) };
    },
    part: {
      name: "thresholds",
      start() {
        subscription = bus.subscribe(subjects.ofAllTenants("deployed"), ({ subject }) => {
          book.changed(tenantOfSubject(subject));
        });
      },
      stop: () => subscription?.close(),
    },
  };
}
