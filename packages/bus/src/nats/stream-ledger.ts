import { tenantOf } from "../room-for-tenant.ts";
import { createTenantUsage, type TenantUsage } from "../tenant-usage.ts";
import type { MessageHead } from "./read-heads.ts";

export interface StreamFill {
  messages: number;
  bytes: number;
  first_ts: string;
  last_seq: number;
}

/** What each tenant holds of a stream, from the heads of its messages. */
export interface StreamLedger {
  /** Reads what came since, and lets go of what has expired. */
  catchUp(fill: StreamFill): Promise<void>;
  of(tenant: string): number;
}

const HOUR_MS = 3_600_000;
/** More messages here than in the stream by so much: something was taken out of its middle. */
const TOO_MANY = 1.02;

export function createStreamLedger(
  readFrom: (sequence: number) => AsyncIterable<MessageHead>,
): StreamLedger {
  const hours = new Map<number, { usage: TenantUsage; messages: number }>();
  let readTo = 0;
  /** The server's own bytes for each of ours, which leave its bookkeeping out. */
  let scale = 1;

  function forgetBefore(at: number): void {
    for (const hour of hours.keys()) if ((hour + 1) * HOUR_MS <= at) hours.delete(hour);
  }

  function forgetAll(): void {
    hours.clear();
    readTo = 0;
  }

  async function read(): Promise<void> {
    for await (const head of readFrom(readTo + 1)) {
      const hour = Math.floor(head.storedAt / HOUR_MS);
      const of = hours.get(hour) ?? { usage: createTenantUsage(), messages: 0 };
      of.usage.add(tenantOf(head.subject), head.bytes);
      of.messages += 1;
      hours.set(hour, of);
      readTo = head.sequence;
    }
  }

  const sum = (of: (hour: { usage: TenantUsage; messages: number }) => number): number =>
    [...hours.values()].reduce((total, hour) => total + of(hour), 0);

  return {
    async catchUp({ messages, bytes, first_ts, last_seq }) {
      const oldestAt = Date.parse(first_ts);
      if (readTo > last_seq) forgetAll();
      forgetBefore(oldestAt);
      await read();
      const inOldestHour = hours.get(Math.floor(oldestAt / HOUR_MS))?.messages ?? 0;
      if (sum((hour) => hour.messages) - inOldestHour > messages * TOO_MANY) {
        forgetAll();
        await read();
      }
      scale =
        bytes /
        Math.max(
          1,
          sum(({ usage }) => usage.total()),
        );
    },
    of: (tenant) => scale * sum(({ usage }) => usage.of(tenant)),
  };
}
