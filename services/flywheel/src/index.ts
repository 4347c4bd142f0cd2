export { type FlywheelConfig, flywheelConfig, flywheelSettings } from "./config.ts";
export { createStoredFlywheelHolder } from "./delete/tenant-holder.ts";
export { createFlywheelService, type FlywheelDeps, type FlywheelService } from "./service.ts";
