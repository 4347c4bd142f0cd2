/** How many bytes of a stream each tenant holds. */
export interface TenantUsage {
  add(tenant: string, bytes: number): void;
  take(tenant: string, bytes: number): void;
  of(tenant: string): number;
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
    total: () => total,
  };
}
