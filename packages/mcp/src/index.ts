export { createMcpEndpoint, type McpEndpoint, type McpEndpointDeps } from "./mcp-endpoint.ts";
export type { McpKiwi } from "./mcp-kiwi.ts";
export { DEFAULT_MCP_LIMITS, type McpLimits } from "./mcp-limits.ts";
export { createMcpMetrics, type McpMetrics } from "./mcp-metrics.ts";
export type { McpExchange } from "./mcp-sessions.ts";
export { PARSE_FAILED, rpcError } from "./rpc-error.ts";
export { type StdioDeps, serveMcpOverStdio } from "./serve-mcp-over-stdio.ts";
