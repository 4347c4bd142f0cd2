import { tenantOf } from "../room-for-tenant.ts";
import { addUp, createTenantUsage, type TenantUsage } from "../tenant-usage.ts";
import type { MessageHead } from "./read-heads.ts";

export interface StreamFill {
  messages: number;
  bytes: number;
  first_seq: number;
  first_ts: string;
  last_seq: number;
}

/** What each tenant holds of a stream, from the heads of its messages. */
export interface StreamLedger {
  /** Reads what came since, and lets go of what has expired. */
  catchUp(fill: StreamFill): Promise<void>;
  of(tenant: string): number;
  /** Of each that holds any, by what it sent and a fixed size for each message around that. */
  all(): ReadonlyMap<string, number>;
}

const HOUR_MS = 3_600_000;
const hourOf = (at: number): number => Math.floor(at / HOUR_MS);
/** More messages here than in the stream by so much: something was taken out of its middle. */
const TOO_MANY = 1.02;

/**
 * An exact one reads the heads of the oldest hour anew each time, and all of them where so much as one
 * message was taken out of the middle.
 */
export function createStreamLedger(
  readFrom: (sequence: number) => AsyncIterable<MessageHead>,
  { isExact = false } = {},
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

  function add({ subject, storedAt, bytes }: MessageHead): void {
    const hour = hourOf(storedAt);
    const of = hours.get(hour) ?? { usage: createTenantUsage(), messages: 0 };
    of.usage.add(tenantOf(subject), bytes);
    of.messages += 1;
    hours.set(hour, of);
  }

  /** As far as the stream went when it was looked at. */
  async function read(last: number): Promise<void> {
    if (readTo >= last) return;
    for await (const head of readFrom(readTo + 1)) {
      if (head.sequence > last) return;
      add(head);
      readTo = head.sequence;
    }
  }

  /** Of the oldest hour some have expired, and nobody says whose. */
  async function readOldestAgain({ first_seq, first_ts }: StreamFill): Promise<void> {
    const oldest = hourOf(Date.parse(first_ts));
    if (!hours.delete(oldest)) return;
    for await (const head of readFrom(first_seq)) {
      if (head.sequence > readTo || hourOf(head.storedAt) > oldest) return;
      add(head);
    }
  }

  const sum = (of: (hour: { usage: TenantUsage; messages: number }) => number): number =>
    [...hours.values()].reduce((total, hour) => total + of(hour), 0);

  return {
    async catchUp(fill) {
      const { messages, bytes, first_ts, last_seq } = fill;
      const oldestAt = Date.parse(first_ts);
      if (readTo > last_seq || messages === 0) forgetAll();
      forgetBefore(oldestAt);
      if (isExact && messages > 0) await readOldestAgain(fill);
      if (messages > 0) await read(last_seq);
      const inOldestHour = isExact ? 0 : (hours.get(hourOf(oldestAt))?.messages ?? 0);
      const tooMany = messages * (isExact ? 1 : TOO_MANY);
      if (sum((hour) => hour.messages) - inOldestHour > tooMany) {
        forgetAll();
        await read(last_seq);
      }
      scale =
        bytes /
        Math.max(
          1,
          sum(({ usage }) => usage.total()),
        );
    },
    of: (tenant) => scale * sum(({ usage }) => usage.of(tenant)),
    all: () => addUp([...hours.values()].map(({ usage }) => usage.all())),
  };
}
