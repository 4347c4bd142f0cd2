import { expect, test } from "vitest";
import { MODES } from "../start-mode.ts";
import { runDurability } from "./run-durability.ts";
import { NO_VIOLATIONS } from "./violations.ts";

// The long run is `npm run test:soak`. Mutants: no sweeper in the gateway (turns without an
// interaction); a recovery that refuses every hole (sessions lost).
test.each(MODES)(
  "%s: under kill -9, two in a row and clients that never return, every accepted turn has one end, nothing is missed",
  async (mode) => {
    const victims = mode === "embedded" ? ["lilux"] : ["gateway", "orchestrator", "kiwi"];
    const { violations, ...report } = await runDurability({
      mode,
      seed: 4,
      faults: 3,
      everyMs: 1_500,
      victims,
    });
    expect(violations).toEqual(NO_VIOLATIONS);
    expect(report.accepted).toBeGreaterThan(5);
    expect(report.abandoned).toBeGreaterThan(0);
    expect(report.stamps).toBeGreaterThan(0);
  },
  180_000,
);
