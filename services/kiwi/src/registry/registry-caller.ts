import type { Mandate, Tenant } from "@lilux/protocol";

/** Who asks the registry for something, as far as credentials tell. */
export interface RegistryCaller {
  tenant: Tenant;
  person: string;
  isAdmin: boolean;
}

/** Whoever comes without a mandate has all of their tenant: nobody tells its people apart. */
export function registryCaller(tenant: Tenant, mandate: Mandate | undefined): RegistryCaller {
  if (mandate === undefined) return { tenant, person: "", isAdmin: true };
  return { tenant, person: mandate.person, isAdmin: mandate.verbs.has("admin") };
}
