export { type KiwiConfig, kiwiConfig } from "./config.ts";
export { createKiwiService, type KiwiDeps, type KiwiService } from "./service.ts";
