export { type KiwiConfig, kiwiConfig } from "./config.ts";
export { openTrust, type RegistryTrust } from "./registry/open-trust.ts";
export { checkSandbox } from "./sandbox/check-sandbox.ts";
export { createKiwiService, type KiwiDeps, type KiwiService } from "./service.ts";
