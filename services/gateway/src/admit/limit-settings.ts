import { setting } from "@lilux/runtime";
import { Type } from "typebox";

function bound(
  variable: string,
  sentence: string,
  [minimum, usual, maximum]: [number, number, number],
) {
  return setting(variable, sentence, Type.Integer({ minimum, maximum }), { default: usual });
}

/** Bounds of a gateway that depend on where it runs. The others have no reason to be changed. */
export const limitSettings = {
  sessionsMax: bound(
    "LILUX_SESSIONS_MAX",
    "Sessions a gateway holds, of all tenants together.",
    [1, 20_000, 1_000_000],
  ),
  addressSocketsMax: bound(
    "LILUX_ADDRESS_SOCKETS_MAX",
    "Connections of one address; a proxy in front is one address.",
    [1, 10_000, 1_000_000],
  ),
  heartbeatMs: bound(
    "LILUX_HEARTBEAT_MS",
    "How often a WebSocket is asked whether its client is there, in ms. Shorter than a proxy in front lets a quiet connection be.",
    [1_000, 15_000, 600_000],
  ),
  resumeWindowMs: bound(
    "LILUX_RESUME_WINDOW_MS",
    "How long a gateway holds a session whose connection is lost, in ms. Later it is read from what is stored, which is kept for ten minutes.",
    [1_000, 60_000, 600_000],
  ),
  turnsInFlightMax: bound(
    "LILUX_SESSION_TURNS_AT_ONCE",
    "Turns of one session that are in work.",
    [1, 4, 64],
  ),
  framesPerSecondMax: bound(
    "LILUX_SESSION_FRAMES_PER_SECOND",
    "Frames of one WebSocket; twice as many at once.",
    [5, 50, 1_000],
  ),
  mcpSessionsMax: bound(
    "LILUX_MCP_SESSIONS_MAX",
    "MCP sessions a gateway holds, of all tenants together. Newer MCP clients need none.",
    [1, 5_000, 1_000_000],
  ),
  mcpSessionIdleMs: bound(
    "LILUX_MCP_SESSION_IDLE_MS",
    "How long an MCP session may be quiet before it ends, in ms.",
    [10_000, 30 * 60_000, 24 * 3_600_000],
  ),
  mcpCallsAtOnce: bound(
    "LILUX_MCP_CALLS_AT_ONCE",
    "MCP calls of one tenant that are in work.",
    [1, 64, 10_000],
  ),
};
