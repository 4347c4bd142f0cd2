export { type FlywheelConfig, flywheelConfig, flywheelSettings } from "./config.ts";
export { createFlywheelService, type FlywheelDeps, type FlywheelService } from "./service.ts";
