/** How many bytes of a stream each tenant holds. */
export interface TenantUsage {
  add(tenant: string, bytes: number): void;
  take(tenant: string, bytes: number): void;
  of(tenant: string): number;
  /** Of each that holds any. */
  all(): ReadonlyMap<string, number>;
  total(): number;
}

export function createTenantUsage(): TenantUsage {
  const held = new Map<string, number>();
  let total = 0;
  function change(tenant: string, bytes: number): void {
    const left = (held.get(tenant) ?? 0) + bytes;
    total += bytes;
    if (left === 0) held.delete(tenant);
    else held.set(tenant, left);
  }
  return {
    add: change,
    take: (tenant, bytes) => change(tenant, -bytes),
    of: (tenant) => held.get(tenant) ?? 0,
    all: () => held,
    total: () => total,
  };
}

/** What each tenant holds of several streams together. */
export function addUp(
  each: readonly Iterable<readonly [string, number]>[],
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const held of each) {
    for (const [tenant, bytes] of held) sums.set(tenant, (sums.get(tenant) ?? 0) + bytes);
  }
  return sums;
}
