import { LiluxError } from "@lilux/protocol";
import type { StreamInfo } from "@nats-io/jetstream";
import type { StreamName } from "../bus.ts";
import { hasRoomForTenant, type Room, sharesMatter, tenantOf } from "../room-for-tenant.ts";
import type { StreamSettings } from "../streams.ts";
import { createTenantUsage, type TenantUsage } from "../tenant-usage.ts";
import { type AgingUsage, createAgingUsage } from "./aging-usage.ts";
import type { ReadHeads } from "./read-heads.ts";
import { createStreamLedger, type StreamLedger } from "./stream-ledger.ts";

/**
 * Who holds how much of the streams that refuse who holds much of them. What all
 * gateways stored is read from the stream now and then, heads only and only
 * while it is filled enough to matter; what this one stored since is added. Of a
 * stream that this process does not look at it knows what it stored there itself.
 */
export interface StreamShares {
  /** Throws `storage_full` when this tenant may not add a body of so many bytes now. */
  assertRoom(stream: StreamName, message: NewMessage): void;
  stored(stream: StreamName, message: StoredHere): void;
  /** Takes in what a look at the stream showed. */
  look(stream: StreamName, info: StreamInfo): Promise<void>;
}

export interface NewMessage {
  subject: string;
  bodyBytes: number;
  /** How much its tenant counts; 1 unless told. */
  weight?: number | undefined;
}

export interface StoredHere {
  subject: string;
  sequence: number;
  bodyBytes: number;
}

export interface StreamSharesDeps {
  settings: Readonly<Record<StreamName, StreamSettings>>;
  readHeads: ReadHeads;
  /** Monotonic milliseconds; the process's unless told. */
  now?: () => number;
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

export function createStreamShares(deps: StreamSharesDeps): StreamShares {
  const { settings, readHeads, now = () => performance.now() } = deps;
  const shares = new Map<StreamName, Share>();
  const own = new Map<StreamName, AgingUsage>();

  function ownOf(stream: StreamName): AgingUsage {
    const known = own.get(stream) ?? createAgingUsage(settings[stream].maxAgeMs, now);
    own.set(stream, known);
    return known;
  }

  function roomOf(stream: StreamName, tenant: string): Omit<Room, "size"> | undefined {
    const share = shares.get(stream);
    if (share !== undefined) {
      const { bytesMax, bytes, ledger, added } = share;
      const tenantBytes = (ledger?.of(tenant) ?? 0) + added.of(tenant);
      return { bytesMax, bytes: bytes + added.total(), tenantBytes };
    }
    if (settings[stream].full !== "share") return undefined;
    const usage = ownOf(stream);
    const bytesMax = settings[stream].maxBytes;
    return { bytesMax, bytes: usage.total(), tenantBytes: usage.of(tenant) };
  }

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
    assertRoom(stream, { subject, bodyBytes, weight }) {
      const room = roomOf(stream, tenantOf(subject));
      if (room === undefined) return;
      const size = bodyBytes + HEAD_BYTES;
      if (!hasRoomForTenant({ ...room, size, weight })) throw new LiluxError("storage_full");
    },
    stored(stream, message) {
      const [tenant, bytes] = [tenantOf(message.subject), message.bodyBytes + HEAD_BYTES];
      const share = shares.get(stream);
      if (share !== undefined) {
        share.since.push(message);
        share.added.add(tenant, bytes);
      } else if (settings[stream].full === "share") ownOf(stream).add(tenant, bytes);
    },
    async look(stream, info) {
      if (settings[stream].full === "drop-oldest") return;
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
