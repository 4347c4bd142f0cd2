import { LiluxError } from "./lilux-error.ts";

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

/** A message of which it is certain whose it is. */
export type OfTenant<T extends { tenant: string }> = {
  [Field in keyof T]: Field extends "tenant" ? Tenant : T[Field];
};

/** A message whose tenant its receiver has verified, or the operator's: the same message, read as what it is. */
export function ofVerifiedTenant<T extends { tenant: string }>(message: T): OfTenant<T> {
  if (message.tenant !== NO_TENANT) assertTenant(message.tenant);
  return message as T & OfTenant<T>;
}

/** The operator's: no tenant has such a name, and nothing of one is reached under it. */
export const NO_TENANT = "" as Tenant;

const TENANT_NAME = /^[a-z0-9-]{1,32}$/;

/** The tenant of a server without keys: whoever reaches it is of this one. */
export const LOCAL_TENANT = verifiedTenant("local");

export function isTenant(value: string): boolean {
  return TENANT_NAME.test(value);
}

/** Tenants come only from verified credentials; this guards every name built from one. */
export function assertTenant(value: string): string {
  if (!isTenant(value)) {
    throw new LiluxError("internal", { cause: new Error("a tenant outside [a-z0-9-]{1,32}") });
  }
  return value;
}
