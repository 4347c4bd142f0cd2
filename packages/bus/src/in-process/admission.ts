import { LiluxError } from "@lilux/protocol";
import { hasRoomForTenant, tenantOf } from "../room-for-tenant.ts";
import type { StreamSettings } from "../streams.ts";
import { createTenantUsage } from "../tenant-usage.ts";
import type { LineStore } from "./line-store.ts";
import type { StreamIndex } from "./stream-index.ts";

/** Whether a line may be stored. */
export interface Admission {
  /** Throws `storage_full`; else the room is taken until `done`. */
  admit(line: { subject: string; bytes: number; weight?: number | undefined }): { done(): void };
}

export interface AdmissionDeps {
  settings: StreamSettings;
  lines: Pick<LineStore, "bytes">;
  index: StreamIndex;
  /** Lets go of what is too old. */
  expire(): void;
}

/** A stream that refuses when it is full, or who holds much of it: first the tenants that hold most. */
export function createAdmission({ settings, lines, index, expire }: AdmissionDeps): Admission {
  const coming = createTenantUsage();

  function hasRoom(subject: string, size: number, weight: number | undefined): boolean {
    const isMany = index.countOf(subject) >= settings.maxMessagesPerSubject;
    if (isMany && settings.full === "refuse") return false;
    const tenant = tenantOf(subject);
    // Files are given back whole, so that there may be more of them than is held.
    const bytes = Math.max(index.usage.total(), lines.bytes()) + coming.total();
    const tenantBytes = index.usage.of(tenant) + coming.of(tenant);
    return hasRoomForTenant({ bytesMax: settings.maxBytes, bytes, tenantBytes, size, weight });
  }

  return {
    admit({ subject, bytes, weight }) {
      if (settings.full === "drop-oldest") return { done: () => undefined };
      if (!hasRoom(subject, bytes, weight)) {
        expire();
        if (!hasRoom(subject, bytes, weight)) throw new LiluxError("storage_full");
      }
      const tenant = tenantOf(subject);
      coming.add(tenant, bytes);
      return { done: () => coming.take(tenant, bytes) };
    },
  };
}
