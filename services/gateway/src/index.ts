export {
  DEFAULT_LIMITS,
  type GatewayConfig,
  type GatewayLimits,
  gatewayConfig,
  gatewaySettings,
} from "./config.ts";
export { createStoredFlywheel, type StoredFlywheel } from "./deletion/stored-flywheel.ts";
export { createGatewayService, type GatewayDeps, type GatewayService } from "./service.ts";
