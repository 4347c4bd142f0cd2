import { expect, test } from "vitest";
import { driveOpenLoop } from "./drive-open-loop.ts";

test("nothing is sent before it is due, and no answer takes less than no time", async () => {
  // Mutant: `untilDue` gives up below a millisecond, as the driver once did.
  const result = await driveOpenLoop({
    ratePerSecond: 400,
    seconds: 0.5,
    missingAfterMs: 1_000,
    send: async () => undefined,
  });
  expect(result.latenciesMs).toHaveLength(200);
  expect(Math.min(...result.latenciesMs)).toBeGreaterThanOrEqual(0);
  expect(Math.min(...result.sendLagsMs)).toBeGreaterThanOrEqual(0);
});
