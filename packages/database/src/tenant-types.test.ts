import type { TakesAnyText } from "@lilux/testkit";
import { expectTypeOf, test } from "vitest";
import type { FlywheelStore } from "./flywheel/flywheel-store.ts";
import type { ModelStore } from "./flywheel/model-store.ts";
import type { LibraryRows } from "./libraries/library-rows.ts";
import type { RegistryStore } from "./registry/registry-store.ts";
import type { SharedLibraryStore } from "./registry/shared-library-store.ts";
import type { RegistryTenancyStore } from "./registry/tenancy-store.ts";
import type { SecretStore } from "./secrets/secret-store.ts";
import type { TenantStore } from "./tenants/tenant-store.ts";

// Held by the compiler. Mutant: one `tenant: Tenant` of a store back to `tenant: string`.
test("no store takes just any text for a tenant; what is named by a text is named here", () => {
  expectTypeOf<TakesAnyText<FlywheelStore>>().toEqualTypeOf<never>();
  expectTypeOf<TakesAnyText<ModelStore>>().toEqualTypeOf<never>();
  expectTypeOf<TakesAnyText<SecretStore>>().toEqualTypeOf<never>();
  expectTypeOf<TakesAnyText<SharedLibraryStore>>().toEqualTypeOf<never>();
  expectTypeOf<TakesAnyText<RegistryTenancyStore>>().toEqualTypeOf<never>();
  // A namespace, whose owner the statement itself asks for.
  expectTypeOf<TakesAnyText<RegistryStore>>().toEqualTypeOf<"keys">();
  // A process among several.
  expectTypeOf<TakesAnyText<LibraryRows>>().toEqualTypeOf<"endMember">();
  // What somebody shows in order to become of a tenant, and a name for what is recorded once.
  expectTypeOf<TakesAnyText<TenantStore>>().toEqualTypeOf<
    "tenantsOfIssuer" | "keyForEntry" | "recordOnce"
  >();
});
