import { executeDeadlines } from "@lilux/protocol";
import { expect, test } from "vitest";
import { gatewayConfig } from "./config.ts";

test.each(["1000", "300000", "3600000"])(
  "a turn outlasts the longest script that it may run (LILUX_EXECUTE_MS_MAX %s)",
  (max) => {
    const { limits } = gatewayConfig({ LILUX_EXECUTE_MS_MAX: max });
    const { caller, turn } = executeDeadlines(Number(max));
    // Fails when a turn ends after ten minutes, whatever its script may take.
    expect(limits).toMatchObject({ executeWithinMs: caller, turnWithinMs: turn });
    expect(limits.turnWithinMs).toBeGreaterThan(limits.executeWithinMs);
  },
);
