import { LATENCY_BUCKETS_SECONDS } from "@lilux/runtime";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export type McpMetrics = ReturnType<typeof createMcpMetrics>;

/** The door's metrics, on the registry of the service that opens it; over stdio nobody reads them. */
export function createMcpMetrics(registry: Registry) {
  const registers = [registry];
  return {
    mcpCalls: new Counter({
      name: "lilux_mcp_calls_total",
      help: "MCP tool calls",
      labelNames: ["tool", "outcome"],
      registers,
    }),
    mcpCallSeconds: new Histogram({
      name: "lilux_mcp_call_seconds",
      help: "MCP tool calls from taken to answered, without the time a person is asked",
      labelNames: ["tool"],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    mcpSessions: new Gauge({
      name: "lilux_mcp_sessions",
      help: "MCP sessions of clients that speak a revision with sessions",
      registers,
    }),
  };
}
