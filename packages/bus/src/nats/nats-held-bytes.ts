import type { JetStreamManager } from "@nats-io/jetstream";
import type { Bus, StreamName } from "../bus.ts";
import { addUp } from "../tenant-usage.ts";
import { waitFor } from "../wait-for.ts";
import { toBusError } from "./bus-error.ts";
import type { NatsLink } from "./nats-link.ts";
import type { ReadHeads } from "./read-heads.ts";
import { createStreamLedger, type StreamLedger } from "./stream-ledger.ts";

export interface NatsHeldBytesDeps {
  link: NatsLink;
  manager: JetStreamManager;
  readHeads: ReadHeads;
}

/** By a ledger of each stream that is asked for; heads of messages are read, once each. */
export function createNatsHeldBytes({
  link,
  manager,
  readHeads,
}: NatsHeldBytesDeps): Bus["heldBytes"] {
  const ledgers = new Map<StreamName, StreamLedger>();
  // Two that read one stream at a time would count what they read twice.
  let last: Promise<unknown> = Promise.resolve();

  async function heldOf(stream: StreamName): Promise<ReadonlyMap<string, number>> {
    const ledger =
      ledgers.get(stream) ??
      createStreamLedger((from) => readHeads(stream, from), { isExact: true });
    ledgers.set(stream, ledger);
    const { state } = await manager.streams.info(stream);
    await ledger.catchUp(state);
    return ledger.all();
  }

  async function heldOfAll(streams: readonly StreamName[]): Promise<ReadonlyMap<string, number>> {
    const held: ReadonlyMap<string, number>[] = [];
    for (const stream of streams) held.push(await heldOf(stream));
    return addUp(held);
  }

  return async (streams, { deadlineMs }) => {
    const reading = last.then(() => heldOfAll(streams));
    last = reading.catch(() => undefined);
    try {
      return await waitFor(reading, { deadlineMs, onLost: link.onLost });
    } catch (error) {
      throw toBusError(error);
    }
  };
}
