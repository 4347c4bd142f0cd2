import { type Bus, createAppendQueue, subjects } from "@lilux/bus";
import { type AuditRecord, LiluxError, type OfTenant } from "@lilux/protocol";
import type { KiwiMetrics } from "../metrics.ts";

/** Records that wait while the bus is away. */
const WAITING_MAX = 10_000;
/** How long a call that can do damage waits for its record. */
const STORE_WITHIN_MS = 3_000;

/** Where decisions go. Append-only: nothing here reads, changes or removes one. */
export interface AuditTrail {
  /** Stored in the background; nobody waits for it. */
  note(record: OfTenant<AuditRecord>): void;
  /** Resolves once it is stored; throws `audit_unavailable` when it cannot be. */
  store(record: OfTenant<AuditRecord>): Promise<void>;
  /** Stores what waits, or gives up at the deadline. */
  close(withinMs: number): Promise<void>;
}

export interface AuditTrailDeps {
  bus: Pick<Bus, "append">;
  metrics: KiwiMetrics;
}

export function createAuditTrail({ bus, metrics }: AuditTrailDeps): AuditTrail {
  const queue = createAppendQueue({
    bus,
    stream: "AUDIT",
    waitingMax: WAITING_MAX,
    onDropped: (count) => metrics.auditDropped.inc(count),
  });
  metrics.onCollect(() => metrics.auditWaiting.set(queue.waiting()));
  const count = ({ call, decision }: AuditRecord): void =>
    metrics.auditRecords.inc({ call, decision });

  return {
    note(record) {
      count(record);
      queue.add({ subject: subjects.audit(record.tenant), body: record, id: record.auditId });
    },
    async store(record) {
      const subject = subjects.audit(record.tenant);
      const options = { id: record.auditId, deadlineMs: STORE_WITHIN_MS };
      try {
        await bus.append("AUDIT", subject, record, options);
      } catch (cause) {
        throw new LiluxError("audit_unavailable", { cause });
      }
      count(record);
    },
    close: queue.close,
  };
}
