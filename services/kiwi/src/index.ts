export { type KiwiConfig, kiwiConfig } from "./config.ts";
export { openTrust, type RegistryTrust } from "./registry/open-trust.ts";
export { checkSandbox } from "./sandbox/check-sandbox.ts";
export { type ScriptRunTimes, timeScriptRuns } from "./sandbox/time-script-runs.ts";
export { createKiwiService, type KiwiDeps, type KiwiService } from "./service.ts";
