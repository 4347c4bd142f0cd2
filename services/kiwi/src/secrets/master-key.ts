import type { WrappedKey } from "@lilux/database";
import { LiluxError, type Tenant } from "@lilux/protocol";

/**
 * What tenants' data keys are wrapped with. It is in no database, and no service but the tool core
 * has it. Rejects with `secrets_unavailable`.
 */
export interface MasterKey {
  /** Under the newest key. */
  wrap(tenant: Tenant, dataKey: Buffer): Promise<WrappedKey>;
  unwrap(tenant: Tenant, key: WrappedKey): Promise<Buffer>;
  /** Before all data keys are wrapped anew: makes a newer key, where that is ours to do. */
  renew(): Promise<void>;
  /** After it: forgets older ones, where that is ours to do. */
  retire(): Promise<void>;
}

export function secretsUnavailable(why: string, cause?: unknown): LiluxError {
  return new LiluxError("secrets_unavailable", {
    message: `Secrets cannot be opened here: ${why}`,
    cause,
  });
}
