import { describe } from "vitest";
import { registerCoreContract } from "./core-contract.ts";
import { registerFullContract } from "./full-contract.ts";
import type { BusHarness } from "./harness.ts";
import { registerStreamContract } from "./stream-contract.ts";

export type { BusHarness } from "./harness.ts";

/**
 * What every `Bus` promises. `create` is called once per test, and makes buses
 * that drain within half a second. `keeps` says whether streams outlive their
 * bus; either way a test holds it to that.
 */
export function describeBusContract(
  name: string,
  create: () => Promise<BusHarness>,
  options: { keeps: "streams" | "nothing" },
): void {
  describe(`${name} keeps the bus contract`, () => {
    describe("core", () => registerCoreContract(create));
    describe("streams", () => registerStreamContract(create, options));
    describe("full streams", () => registerFullContract(create));
  });
}
