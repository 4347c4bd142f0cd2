import { describe } from "vitest";
import { registerCoreContract } from "./core-contract.ts";
import type { BusHarness } from "./harness.ts";
import { registerStreamContract } from "./stream-contract.ts";

export type { BusHarness } from "./harness.ts";

/**
 * What every `Bus` promises. `create` is called once per test, and makes buses
 * that drain within half a second. A harness that keeps nothing from one life to the next says so in `keeps`, and the tests of
 * that are listed as skipped.
 */
export function describeBusContract(
  name: string,
  create: () => Promise<BusHarness>,
  options: { keeps: "streams" | "nothing" },
): void {
  describe(`${name} keeps the bus contract`, () => {
    describe("core", () => registerCoreContract(create));
    describe("streams", () => registerStreamContract(create, options));
  });
}
