/** Each tenant is a series of its own in Prometheus: more than these are one together. */
const NAMED_MAX = 50;
const OTHERS = "others";

/** The first tenants keep their names; the rest are `others`. */
export function createTenantLabel(): (tenant: string) => string {
  const named = new Set<string>();
  return (tenant) => {
    if (named.has(tenant)) return tenant;
    if (named.size >= NAMED_MAX) return OTHERS;
    named.add(tenant);
    return tenant;
  };
}
