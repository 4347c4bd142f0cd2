export { type KiwiConfig, kiwiConfig, kiwiSettings } from "./config.ts";
export { openTrust, type RegistryTrust } from "./registry/open-trust.ts";
export { sandboxOptions } from "./run/script-deps.ts";
export { createKiwiService, type KiwiDeps, type KiwiService } from "./service.ts";
