import { isTenant, LiluxError, type Tenant, verifiedTenant } from "@lilux/protocol";

/** Whom an order is about: the operator names anybody, and an admin, whom the gateway let through, their own. */
export function namedTenant(field: string, name: string): Tenant {
  if (isTenant(name)) return verifiedTenant(name);
  throw new LiluxError("invalid_request", {
    message: `${field} must match [a-z0-9-]{1,32}. Correct it and send it again.`,
    details: { field },
  });
}
