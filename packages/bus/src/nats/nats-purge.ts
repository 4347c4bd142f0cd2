import type { Tenant } from "@lilux/protocol";
import { DeliverPolicy, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import type { PurgedStream, PurgeOptions, StreamName } from "../bus.ts";
import { STREAMS } from "../streams.ts";
import { subjectsOfTenant } from "../subjects.ts";
import { waitFor } from "../wait-for.ts";
import { addHeadsReader } from "./add-heads-reader.ts";
import { toBusError } from "./bus-error.ts";
import type { NatsLink } from "./nats-link.ts";

export interface NatsPurgeDeps {
  link: NatsLink;
  client: JetStreamClient;
  manager: JetStreamManager;
}

export type NatsPurge = (tenant: Tenant, options: PurgeOptions) => Promise<PurgedStream[]>;

const ALL = Object.keys(STREAMS) as StreamName[];

/** One request a stream, and where only what is old goes four; the server counts. */
export function createNatsPurge({ link, client, manager }: NatsPurgeDeps): NatsPurge {
  async function purge(
    tenant: Tenant,
    { streams = ALL, before, deadlineMs }: PurgeOptions,
  ): Promise<PurgedStream[]> {
    const filter = `${subjectsOfTenant(tenant)}>`;
    const found: PurgedStream[] = [];
    for (const stream of streams) {
      const until = before === undefined ? {} : { seq: await placeAt(stream, before, deadlineMs) };
      const { purged } = await manager.streams.purge(stream, { filter, ...until });
      found.push({ stream, messages: purged });
    }
    return found;
  }

  /** Where in a stream the first message of this time or later is; behind all that there is, where there is none. */
  async function placeAt(stream: StreamName, at: number, deadlineMs: number): Promise<number> {
    const { state } = await manager.streams.info(stream);
    const reader = await addHeadsReader(manager, stream, {
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time: new Date(at).toISOString(),
    });
    try {
      if (reader.num_pending === 0) return state.last_seq + 1;
      const consumer = await client.consumers.get(stream, reader.name);
      const first = await consumer.next({ expires: Math.max(1_000, deadlineMs) });
      // Gone meanwhile by its age: then the next pass finds another.
      return first?.seq ?? state.first_seq;
    } finally {
      manager.consumers.delete(stream, reader.name).catch(() => undefined);
    }
  }

  return async (tenant, options) => {
    const { deadlineMs } = options;
    try {
      return await waitFor(purge(tenant, options), { deadlineMs, onLost: link.onLost });
    } catch (error) {
      throw toBusError(error);
    }
  };
}
