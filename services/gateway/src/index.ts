export { DEFAULT_LIMITS, type GatewayConfig, type GatewayLimits, gatewayConfig } from "./config.ts";
export { type StdioDeps, serveMcpOverStdio } from "./mcp/serve-mcp-over-stdio.ts";
export { createGatewayService, type GatewayDeps, type GatewayService } from "./service.ts";
