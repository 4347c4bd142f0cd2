import type { JetStreamManager } from "@nats-io/jetstream";
import type { PurgedStream, StreamName } from "../bus.ts";
import { STREAMS } from "../streams.ts";
import { subjectsOfTenant } from "../subjects.ts";
import { waitFor } from "../wait-for.ts";
import { toBusError } from "./bus-error.ts";
import type { NatsLink } from "./nats-link.ts";

export interface NatsPurgeDeps {
  link: NatsLink;
  manager: JetStreamManager;
}

export type NatsPurge = (tenant: string, deadlineMs: number) => Promise<PurgedStream[]>;

/** One request a stream; the server counts. */
export function createNatsPurge({ link, manager }: NatsPurgeDeps): NatsPurge {
  async function purge(tenant: string): Promise<PurgedStream[]> {
    const filter = `${subjectsOfTenant(tenant)}>`;
    const found: PurgedStream[] = [];
    for (const stream of Object.keys(STREAMS) as StreamName[]) {
      const { purged } = await manager.streams.purge(stream, { filter });
      found.push({ stream, messages: purged });
    }
    return found;
  }

  return async (tenant, deadlineMs) => {
    try {
      return await waitFor(purge(tenant), { deadlineMs, onLost: link.onLost });
    } catch (error) {
      throw toBusError(error);
    }
  };
}
