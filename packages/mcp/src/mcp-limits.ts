import { executeDeadlines } from "@lilux/protocol";

/** Bounds of the MCP door. */
export interface McpLimits {
  /** Sessions of all tenants together, for clients that speak a revision with sessions. */
  sessionsMax: number;
  sessionsPerTenantMax: number;
  /** A session with no open exchange ends after so long. */
  sessionIdleMs: number;
  /** Tool calls of one tenant in work at once. */
  callsInFlightMax: number;
  /** Open streams of one tenant that wait for changes, for clients without sessions. */
  subscriptionsMax: number;
}

/** How long the tool core may take. */
export interface McpDeadlines {
  kiwiWithinMs: number;
  executeWithinMs: number;
}

/** Over stdio, where the tool core is behind a door of its own; a gateway has other ones. */
export function stdioDeadlines(executeMsMax: number | undefined): McpDeadlines {
  return { kiwiWithinMs: 10_000, executeWithinMs: executeDeadlines(executeMsMax).client };
}

export const DEFAULT_MCP_LIMITS: McpLimits = {
  sessionsMax: 5_000,
  sessionsPerTenantMax: 500,
  sessionIdleMs: 30 * 60_000,
  callsInFlightMax: 64,
  subscriptionsMax: 500,
};
