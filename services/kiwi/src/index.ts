export { type KiwiConfig, kiwiConfig, kiwiSettings } from "./config.ts";
export { type TriedWatching, tryWatching } from "./library/try-watching.ts";
export { openTrust, type RegistryTrust } from "./registry/open-trust.ts";
export { sandboxOptions } from "./run/script-deps.ts";
export { createKiwiService, type KiwiDeps, type KiwiService } from "./service.ts";
