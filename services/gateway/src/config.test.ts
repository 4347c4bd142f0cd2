import { executeDeadlines } from "@lilux/protocol";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS, gatewayConfig } from "./config.ts";

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

// Mutant: a bound that is declared and read nowhere.
test("a bound that is set is the one that holds, and the others stay as they are", () => {
  const { limits } = gatewayConfig({
    LILUX_HEARTBEAT_MS: "5000",
    LILUX_RESUME_WINDOW_MS: "7000",
    LILUX_SESSION_TURNS_AT_ONCE: "9",
    LILUX_SESSION_FRAMES_PER_SECOND: "11",
    LILUX_MCP_SESSIONS_MAX: "13",
    LILUX_MCP_SESSION_IDLE_MS: "17000",
    LILUX_MCP_CALLS_AT_ONCE: "19",
    LILUX_SESSIONS_MAX: "23",
    LILUX_ADDRESS_SOCKETS_MAX: "29",
    LILUX_TENANT_TURNS_AT_ONCE: "31",
  });
  expect(limits).toEqual({
    ...DEFAULT_LIMITS,
    heartbeatMs: 5_000,
    session: {
      ...DEFAULT_LIMITS.session,
      resumeWindowMs: 7_000,
      turnsInFlightMax: 9,
      framesPerSecondMax: 11,
    },
    mcp: {
      ...DEFAULT_LIMITS.mcp,
      sessionsMax: 13,
      // One tenant has no more than all together.
      sessionsPerTenantMax: 13,
      sessionIdleMs: 17_000,
      callsInFlightMax: 19,
    },
    sessionsMax: 23,
    addressSocketsMax: 29,
    tenantTurnsAtOnce: 31,
  });
});
