export {
  DEFAULT_LIMITS,
  type GatewayConfig,
  type GatewayLimits,
  gatewayConfig,
  gatewaySettings,
} from "./config.ts";
export { createGatewayService, type GatewayDeps, type GatewayService } from "./service.ts";
