import { isTenant, LiluxError, type Tenant, verifiedTenant } from "@lilux/protocol";

/**
 * Whose a subject is: users of NATS may publish on it as the table of accesses says, so that who could publish
 * is the proof. Throws `forbidden` for a subject of nobody's.
 */
export function tenantOfSubject(subject: string): Tenant {
  const [, , tenant = ""] = subject.split(".");
  if (!isTenant(tenant)) {
    throw new LiluxError("forbidden", { cause: new Error("a subject of no tenant") });
  }
  return verifiedTenant(tenant);
}

/** Whether a body that names a tenant names the one whose subject it came on. */
export function isOfSubject<T extends { tenant: string }>(
  body: T,
  subject: string,
): body is T & { tenant: Tenant } {
  const [, , tenant = ""] = subject.split(".");
  return isTenant(tenant) && body.tenant === tenant;
}
