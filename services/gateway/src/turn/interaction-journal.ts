import { type Bus, createAppendQueue, subjects } from "@lilux/bus";
import type { Interaction, OfTenant, Tenant, TenantSettings } from "@lilux/protocol";
import type { GatewayMetrics } from "../metrics.ts";

const WAITING_MAX = 1_000;

/** Stores interactions in the background; nobody waits for it. */
export interface InteractionJournal {
  /** `id` names the interaction, so that storing it twice keeps one. */
  add(interaction: OfTenant<Interaction>, id: string, onStored?: () => void): void;
  /** Stores what waits, or gives up at the deadline. */
  close(withinMs: number): Promise<void>;
}

export interface InteractionJournalDeps {
  bus: Bus;
  metrics: GatewayMetrics;
  /** Say what may be kept of a tenant's turns, where it said so. */
  settingsOf(tenant: Tenant): Pick<TenantSettings, "consent">;
}

/** Retries until stored. When more than the bound waits, the oldest goes and is counted. */
export function createInteractionJournal(deps: InteractionJournalDeps): InteractionJournal {
  const { bus, metrics, settingsOf } = deps;
  const queue = createAppendQueue({
    bus,
    stream: "INTERACTIONS",
    waitingMax: WAITING_MAX,
    onDropped: (count) => metrics.interactionsDropped.inc(count),
  });
  return {
    add(interaction, id, onStored) {
      const subject = subjects.interaction(interaction.tenant);
      const { consent } = settingsOf(interaction.tenant);
      const body = consent === undefined ? interaction : { ...interaction, consent };
      queue.add({ subject, body, id, onStored });
    },
    close: queue.close,
  };
}
