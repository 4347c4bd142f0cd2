import { type Static, Type } from "typebox";
import { RegistryOrder } from "./registry.ts";
import { LibraryOrder } from "./shared-library.ts";
import type { OfTenant } from "./tenant.ts";

export const RegistryRequest = Type.Object({
  /** Empty where the operator asks. */
  tenant: Type.String(),
  person: Type.String(),
  order: Type.Union([RegistryOrder, LibraryOrder]),
});
export type RegistryRequest = OfTenant<Static<typeof RegistryRequest>>;
