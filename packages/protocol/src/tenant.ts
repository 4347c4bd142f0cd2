import { LiluxError } from "./lilux-error.ts";

/** The tenant of a server without keys. */
export const LOCAL_TENANT = "local";

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
