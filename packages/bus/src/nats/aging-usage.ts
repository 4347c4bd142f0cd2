import { createTenantUsage, type TenantUsage } from "../tenant-usage.ts";

/** What each tenant added of late; what is older than it is kept counts no more. */
export type AgingUsage = Pick<TenantUsage, "add" | "of" | "total">;

/** In so many pieces: what is too old by less than one of them still counts. */
const PIECES = 30;

export function createAgingUsage(maxAgeMs: number, now: () => number): AgingUsage {
  const pieceMs = maxAgeMs / PIECES;
  const pieces = new Map<number, TenantUsage>();
  const sums = createTenantUsage();

  function forget(): void {
    const first = Math.floor(now() / pieceMs) - PIECES;
    for (const [piece, usage] of pieces) {
      if (piece >= first) break;
      for (const [tenant, bytes] of usage.all()) sums.take(tenant, bytes);
      pieces.delete(piece);
    }
  }

  return {
    add(tenant, bytes) {
      forget();
      const piece = Math.floor(now() / pieceMs);
      const usage = pieces.get(piece) ?? createTenantUsage();
      usage.add(tenant, bytes);
      pieces.set(piece, usage);
      sums.add(tenant, bytes);
    },
    of(tenant) {
      forget();
      return sums.of(tenant);
    },
    total() {
      forget();
      return sums.total();
    },
  };
}
