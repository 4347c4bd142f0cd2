import { describe } from "vitest";
import { describeApartContract } from "./apart-contract.ts";
import { describeDumpContract } from "./dump-contract.ts";
import type { OpenTestDatabase } from "./harness.ts";
import { describeLibrariesContract } from "./libraries-contract.ts";
import { describeRegistryContract } from "./registry-contract.ts";
import { describeRegistryTenancyContract } from "./registry-tenancy-contract.ts";
import { describeRestoreContract } from "./restore-contract.ts";
import { describeTenantsContract } from "./tenants-contract.ts";
import { describeTransactionContract } from "./transaction-contract.ts";

/** What every `Database` promises. `open` answers an empty database, once per test. */
export function describeDatabaseContract(name: string, open: OpenTestDatabase): void {
  describe(`${name} keeps the database contract`, () => {
    describeTransactionContract(open);
    describeRegistryContract(open);
    describeApartContract(open);
    describeRegistryTenancyContract(open);
    describeLibrariesContract(open);
    describeDumpContract(open);
    describeRestoreContract(open);
    describeTenantsContract(open);
  });
}
