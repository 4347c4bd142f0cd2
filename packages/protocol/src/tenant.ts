import { LiluxError } from "./lilux-error.ts";

/** The tenant of a server without keys. */
export const LOCAL_TENANT = "local";

declare const verified: unique symbol;

/**
 * A tenant that somebody proved to be of. Only verification makes one: of a credential at the gateway, of
 * the gateway's claim behind it. A field of a message is a string, and no more.
 */
export type Tenant = string & { readonly [verified]: true };

/** For those who verify, whom a test names; everybody else is given what they made. */
export function verifiedTenant(value: string): Tenant {
  return assertTenant(value) as Tenant;
}

/** The operator's: no tenant has such a name, and nothing of one is reached under it. */
export const NO_TENANT = "" as Tenant;

const TENANT = /^[a-z0-9-]{1,32}$/;

export function isTenant(value: string): boolean {
  return TENANT.test(value);
}

/** Tenants come only from verified credentials; this guards every name built from one. */
export function assertTenant(value: string): string {
  if (!isTenant(value)) {
    throw new LiluxError("internal", { cause: new Error("a tenant outside [a-z0-9-]{1,32}") });
  }
  return value;
}
