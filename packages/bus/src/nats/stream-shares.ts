import { LiluxError } from "@lilux/protocol";
import type { StreamInfo } from "@nats-io/jetstream";
import type { StreamName } from "../bus.ts";
import { hasRoomForTenant, sharesMatter, tenantOf } from "../room-for-tenant.ts";
import type { StreamSettings } from "../streams.ts";
import { createTenantUsage, type TenantUsage } from "../tenant-usage.ts";
import type { ReadHeads } from "./read-heads.ts";
import { createStreamLedger, type StreamLedger } from "./stream-ledger.ts";

/**
 * Who holds how much of the streams that refuse when they are full. What all
 * gateways stored is read from the stream now and then, heads only and only
 * while it is filled enough to matter; what this one stored since is added.
 */
export interface StreamShares {
  /** Throws `storage_full` when this tenant may not add a body of so many bytes now. */
  assertRoom(stream: StreamName, subject: string, bodyBytes: number): void;
  stored(stream: StreamName, message: StoredHere): void;
  /** Takes in what a look at the stream showed. */
  look(stream: StreamName, info: StreamInfo): Promise<void>;
}

export interface StoredHere {
  subject: string;
  sequence: number;
  bodyBytes: number;
}

export interface StreamSharesDeps {
  settings: Readonly<Record<StreamName, StreamSettings>>;
  readHeads: ReadHeads;
}

interface Share {
  bytesMax: number;
  bytes: number;
  /** Undefined while nobody can be above their share. */
  ledger: StreamLedger | undefined;
  /** What was stored from here since the look. */
  since: StoredHere[];
  added: TenantUsage;
}

/** What the server keeps with a message beside its body: subject, id, trace, its own head. */
export const HEAD_BYTES = 220;

export function createStreamShares({ settings, readHeads }: StreamSharesDeps): StreamShares {
  const shares = new Map<StreamName, Share>();

  /** Read anew each time the stream has been empty enough in between. */
  async function ledgerOf(stream: StreamName, info: StreamInfo): Promise<StreamLedger | undefined> {
    const { bytes } = info.state;
    const kept = shares.get(stream)?.ledger;
    if (!sharesMatter(bytes, info.config.max_bytes)) {
      return sharesMatter(2 * bytes, info.config.max_bytes) ? kept : undefined;
    }
    const ledger = kept ?? createStreamLedger((from) => readHeads(stream, from));
    await ledger.catchUp(info.state);
    return ledger;
  }

  return {
    assertRoom(stream, subject, bodyBytes) {
      const share = shares.get(stream);
      if (share === undefined) return;
      const { bytesMax, bytes, ledger, added } = share;
      const tenant = tenantOf(subject);
      const tenantBytes = (ledger?.of(tenant) ?? 0) + added.of(tenant);
      const size = bodyBytes + HEAD_BYTES;
      const room = { bytesMax, bytes: bytes + added.total(), tenantBytes, size };
      if (!hasRoomForTenant(room)) throw new LiluxError("storage_full");
    },
    stored(stream, message) {
      const share = shares.get(stream);
      if (share === undefined) return;
      share.since.push(message);
      share.added.add(tenantOf(message.subject), message.bodyBytes + HEAD_BYTES);
    },
    async look(stream, info) {
      if (settings[stream].full !== "refuse") return;
      const bytesMax = info.config.max_bytes;
      if (bytesMax <= 0) return void shares.delete(stream);
      const { bytes, last_seq } = info.state;
      const ledger = await ledgerOf(stream, info);
      const since = (shares.get(stream)?.since ?? []).filter(({ sequence }) => sequence > last_seq);
      const added = createTenantUsage();
      for (const { subject, bodyBytes } of since) {
        added.add(tenantOf(subject), bodyBytes + HEAD_BYTES);
      }
      shares.set(stream, { bytesMax, bytes, ledger, since, added });
    },
  };
}
