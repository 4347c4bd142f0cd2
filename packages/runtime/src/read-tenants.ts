import { isTenant, type Tenant, verifiedTenant } from "@lilux/protocol";

/** Tenants by name, or every one. */
export interface TenantChoice {
  all: boolean;
  names: readonly Tenant[];
}

/** Reads `none`, `all` where that may be said, or names with spaces between them. Throws what is wrong. */
export function readTenants(text: string): readonly Tenant[] {
  if (text === "none") return [];
  const names = text.split(/[\s,]+/).filter((word) => word !== "");
  if (names.every(isTenant)) return names.map(verifiedTenant);
  throw new Error("must be tenants with spaces between them, or none");
}

export function readTenantChoice(text: string): TenantChoice {
  return text === "all" ? { all: true, names: [] } : { all: false, names: readTenants(text) };
}

/** Whose lines are learnt from, as a question to ask of a tenant's name. */
export function readLearnFrom(text: string): (tenant: Tenant) => boolean {
  const { all, names } = readTenantChoice(text);
  return (tenant) => all || names.includes(tenant);
}
